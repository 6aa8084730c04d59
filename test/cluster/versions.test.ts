import { expect, test } from 'vitest';
import { generationOf, mostRestrictive } from '../../lambda/redis-enterprise/version.ts';
import { startClusterApi } from '../sandbox/cluster/api.ts';
import { setGeneration } from '../sandbox/cluster/cluster.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  openScenario,
  putManually,
  replaceAll,
  type Scenario,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';
import { administratorPasswords } from './administrator.ts';

const VERSIONS: [version: string, generation: string | undefined][] = [
  ['6.0.11-99', undefined],
  ['6.0.12-57', 'legacy'],
  ['7.4.6-272', 'legacy'],
  ['7.4.99-1', 'legacy'],
  ['7.5.0-1', 'adminUnsafe'],
  ['7.8.2-28', 'adminUnsafe'],
  ['7.8.2-33', 'adminUnsafe'],
  ['7.8.2-34', 'adminUnsafe'],
  ['7.8.6-95', 'adminUnsafe'],
  ['7.8.6-118', 'adminUnsafe'],
  ['7.8.6-119', 'current'],
  ['7.8.7-1', 'current'],
  ['7.18.0-1', 'adminUnsafe'],
  ['7.22.0-95', 'adminUnsafe'],
  ['7.22.0-216', 'current'],
  ['7.22.2-14', 'current'],
  ['8.0.2-17', 'current'],
  ['100.0.21-16135', 'current'],
  ['8.0.18-23.11', 'current'],
  ['8.2.0-78.18', 'current'],
  ['8.2.0-78.18.minimal', 'current'],
  ['7.22.0-95.3', 'adminUnsafe'],
  ['7.4.6-293.rhel8-openshift', 'legacy'],
  ['8.0.2-17.rhel8', 'current'],
  ['8.0.18', 'current'],
  ['7.22.0', 'adminUnsafe'],
  ['7.8.6', 'adminUnsafe'],
  ['6.0.12', 'legacy'],
  ['6.0.11', undefined],
  ['8.2.0-78x', undefined],
  ['8.2', undefined],
  ['', undefined],
];

test.each(VERSIONS)('version %s has generation %s', (version, generation) => {
  expect(generationOf(version)).toBe(generation);
});

test('the most restrictive generation of the nodes applies', () => {
  expect(mostRestrictive(['current', 'adminUnsafe', 'legacy'])).toBe('adminUnsafe');
  expect(mostRestrictive(['current', 'legacy'])).toBe('legacy');
  expect(mostRestrictive(['current'])).toBe('current');
});

const GENERATIONS = ['legacy', 'adminUnsafe', 'current'] as const;

test.each(
  GENERATIONS,
)('a user without permission to read nodes rotates with its own login: %s', async (generation) => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  setGeneration(world.cluster, generation);
  world.api.fault = ({ path }) => (path === '/v1/nodes' ? { status: 403 } : undefined);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('the administrator login changes nothing if a node has an unknown version', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.cluster.options.softwareVersions = ['7.22.2-79', 'next'];
  const { error } = await rotateSecret(world, world.arn);
  expect(error).toMatchObject({ code: 'cluster_version_unsafe' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('the error for a version before 6.0.12 names the version', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.cluster.options.softwareVersions = ['6.0.8-28'];
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { message: expect.stringContaining('runs 6.0.8-28, allowed is 6.0.12 or later') },
  });
});

test('a user with its own login reads the versions of the nodes once in 5 minutes', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  const reads = () => world.api.calls.filter(({ path }) => path === '/v1/nodes').length;
  await rotateSecret(world, world.arn);
  await rotateSecret(world, world.arn);
  expect(reads()).toBe(1);
  world.time.advance(5 * 60);
  await rotateSecret(world, world.arn);
  expect(reads()).toBe(2);
});

const FLOWS: [name: string, flow: (world: Scenario) => Promise<unknown>][] = [
  ['a rotation', (world) => rotateSecret(world, world.arn)],
  ['replaceAll', (world) => replaceAll(world).catch(() => undefined)],
];

const UPGRADES = (['7.4.6-22', '7.8.6-119'] as const).flatMap((from) =>
  FLOWS.map(([name, flow]) => ({ from, name, flow })),
);

const UPGRADE_NAME =
  '$name keeps the passwords of the administrator after an upgrade from $from to generation B';

test.each(UPGRADES)(UPGRADE_NAME, async ({ from, flow }) => {
  await using world = await openScenario({ database: 'built-in' });
  setGeneration(world.cluster, from === '7.4.6-22' ? 'legacy' : 'current');
  world.cluster.options.softwareVersions = [from];
  await rotateSecret(world, world.arn);
  const before = administratorPasswords(world);
  setGeneration(world.cluster, 'adminUnsafe');
  world.time.advance(240);
  world.driver.attempts = 1;
  await flow(world);
  expect(administratorPasswords(world)).toEqual(before);
});

test('the versions of a cluster expire when its api-endpoints change', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  setGeneration(second.cluster, 'legacy');
  const endpoints = [`localhost:${second.database.port}`];
  const value = { username: 'orders', password: FIRST_PASSWORD, ssl: false, endpoints };
  await putManually(world, { ...value, clusters: ['us'] });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  // The API of the second cluster moves to another address and a later version.
  const moved = await startClusterApi(second.cluster, world.certificate);
  setGeneration(second.cluster, 'current');
  await putParameters(world, { 'api-endpoints': `https://127.0.0.1:${moved.port}` }, 'us');
  await world.invoke({ Step: 'preflight', SecretId: world.arn });
  await rotateSecret(world, world.arn);
  const reads = moved.calls.filter(({ path }) => path === '/v1/nodes');
  await moved.close();
  expect(reads.length).toBeGreaterThan(0);
});
