import { expect, test } from 'vitest';
import { startClusterApi } from '../sandbox/cluster/api.ts';
import { setGeneration } from '../sandbox/cluster/cluster.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import { addNodes } from '../support/cluster-nodes.ts';
import { DATABASES } from '../support/databases.ts';
import {
  FIRST_PASSWORD,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putByHand,
  reconcile,
  replaceAll,
  type Scenario,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';

const GENERATIONS = ['legacy', 'adminUnsafe', 'current'] as const;
const LOGINS = ['self', 'admin'] as const;

const adminOf = ({ cluster }: Scenario) => cluster.users.find(({ name }) => name === 'admin');

const TABLE = GENERATIONS.flatMap((generation) =>
  LOGINS.flatMap((login) =>
    DATABASES.flatMap((database) =>
      [1, 3].map((nodes) => ({ generation, login, database, nodes })),
    ),
  ),
);

test.each(
  TABLE,
)('generation $generation, $login mode, $nodes nodes, on $database: rotated rightly, or refused before anything changes', async ({
  generation,
  login,
  database,
  nodes,
}) => {
  await using world = await openScenario({ login, database });
  setGeneration(world.cluster, generation);
  await using _ = nodes === 3 ? await addNodes(world) : undefined;
  const admin = [...(adminOf(world)?.passwords ?? [])];
  const { outcome, error } = await rotateSecret(world, world.arn);
  if (generation === 'adminUnsafe' && login === 'admin') {
    expect(error).toMatchObject({ code: 'cluster_version_unsafe' });
    expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
    expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
    const changing = world.api.calls.filter(({ method }) => method !== 'GET');
    expect(changing).toEqual([]);
  } else {
    expect([outcome, error]).toEqual(['succeeded', undefined]);
    expect(world.user.passwords).toEqual([FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
    world.time.advance(OVERLAP_SECONDS + 1);
    await reconcile(world);
    expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
    await replaceAll(world);
    expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  }
  expect(adminOf(world)?.passwords ?? []).toEqual(admin);
});

test('replaceAll as an admin of generation B changes nothing, on the cluster or in the secret', async () => {
  await using world = await openScenario({ database: 'built-in' });
  setGeneration(world.cluster, 'adminUnsafe');
  const admin = [...(adminOf(world)?.passwords ?? [])];
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_version_unsafe' });
  expect(labels(world)).toEqual([['AWSCURRENT']]);
  expect([world.user.passwords, adminOf(world)?.passwords]).toEqual([[FIRST_PASSWORD], admin]);
});

test('nothing is deleted as an admin once a node of the cluster runs generation B', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn);
  world.cluster.options.softwareVersions = ['7.22.2-79', '7.22.0-95'];
  world.time.advance(OVERLAP_SECONDS + 1);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_version_unsafe' });
  expect(world.user.passwords).toHaveLength(2);
});

test('an admin is refused where nobody can tell the version', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.cluster.options.softwareVersions = ['7.22.2-79', 'next'];
  const { error } = await rotateSecret(world, world.arn);
  expect(error).toMatchObject({ code: 'cluster_version_unsafe' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test.each(
  GENERATIONS,
)('in self mode a user who may not read nodes rotates all the same: %s', async (generation) => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  setGeneration(world.cluster, generation);
  world.api.fault = ({ path }) => (path === '/v1/nodes' ? { status: 403 } : undefined);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test.each(
  GENERATIONS,
)('without a database, a login to the API proves the password: %s', async (generation) => {
  await using world = await openScenario({ login: 'self', noDatabase: true, database: 'built-in' });
  setGeneration(world.cluster, generation);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('on generation A nobody can adopt a user without knowing a password', async () => {
  await using world = await openScenario({ database: 'built-in' });
  setGeneration(world.cluster, 'legacy');
  const endpoint = { host: '127.0.0.1', port: world.database.port };
  await putByHand(world, { username: 'orders', ...endpoint });
  const { error } = await rotateSecret(world, world.arn);
  expect(error).toMatchObject({
    code: 'current_password_missing',
    message: expect.stringContaining('upgrade the cluster'),
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('in self mode the versions of the nodes are asked for once in five minutes', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  const asked = () => world.api.calls.filter(({ path }) => path === '/v1/nodes').length;
  await rotateSecret(world, world.arn);
  await rotateSecret(world, world.arn);
  expect(asked()).toBe(1);
  world.time.advance(5 * 60);
  await rotateSecret(world, world.arn);
  expect(asked()).toBe(2);
});

const ACTS: [name: string, act: (world: Scenario) => Promise<unknown>][] = [
  ['a rotation', (world) => rotateSecret(world, world.arn)],
  ['replaceAll', (world) => replaceAll(world).catch(() => undefined)],
];

test.each(
  (['7.4.6-22', '7.8.6-119'] as const).flatMap((from) =>
    ACTS.map(([name, act]) => ({ from, name, act })),
  ),
)('an upgrade from $from to generation B between two of them does not make $name change the admin', async ({
  from,
  act,
}) => {
  await using world = await openScenario({ database: 'built-in' });
  setGeneration(world.cluster, from === '7.4.6-22' ? 'legacy' : 'current');
  world.cluster.options.softwareVersions = [from];
  await rotateSecret(world, world.arn);
  const admin = [...(adminOf(world)?.passwords ?? [])];
  setGeneration(world.cluster, 'adminUnsafe');
  world.time.advance(240);
  world.driver.attempts = 1;
  await act(world);
  expect(adminOf(world)?.passwords).toEqual(admin);
});

test('what is known of one cluster is not said of another that takes its place', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  setGeneration(second.cluster, 'legacy');
  const endpoints = [`localhost:${second.database.port}`];
  const value = { username: 'orders', password: FIRST_PASSWORD, ssl: false, endpoints };
  await putByHand(world, { ...value, clusters: ['us'] });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  // Its API goes on at another address, and speaks as a later version does.
  const moved = await startClusterApi(second.cluster, world.certificate);
  setGeneration(second.cluster, 'current');
  await putParameters(world, { 'api-endpoints': `https://127.0.0.1:${moved.port}` }, 'us');
  await world.invoke({ Step: 'preflight', SecretId: world.arn });
  await rotateSecret(world, world.arn);
  const asked = moved.calls.filter(({ path }) => path === '/v1/nodes');
  await moved.close();
  expect(asked.length).toBeGreaterThan(0);
});

test('nodes of A and B together are spoken to as A, which B takes too, in self mode', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  world.cluster.options.softwareVersions = ['7.4.6-22', '7.8.2-34'];
  for (const generation of ['legacy', 'adminUnsafe'] as const) {
    world.cluster.options.generation = generation;
    expect(await rotateSecret(world, world.arn), generation).toEqual({ outcome: 'succeeded' });
  }
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('on generation A a PUT whose reply was lost is sent again with the password that works', async () => {
  await using world = await openScenario({ database: 'built-in' });
  setGeneration(world.cluster, 'legacy');
  let puts = 0;
  world.api.fault = ({ method }) => {
    puts += Number(method === 'PUT');
    return method === 'PUT' && puts === 1 ? 'reply lost' : undefined;
  };
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('a version before 6.0.12 is named', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.cluster.options.softwareVersions = ['6.0.8-28'];
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { message: expect.stringContaining('runs 6.0.8-28, allowed is 6.0.12 or later') },
  });
});
