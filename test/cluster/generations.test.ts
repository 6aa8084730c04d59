import { expect, test } from 'vitest';
import { setGeneration } from '../sandbox/cluster/cluster.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { addNodes } from '../support/cluster-nodes.ts';
import {
  FIRST_PASSWORD,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
} from '../support/scenario.ts';
import { administratorPasswords } from './administrator.ts';

const GENERATIONS = ['legacy', 'adminUnsafe', 'current'] as const;
const LOGINS = ['self', 'admin'] as const;

const TABLE = GENERATIONS.flatMap((generation) =>
  LOGINS.flatMap((login) => [1, 3].map((nodes) => ({ generation, login, nodes }))),
);

const TABLE_NAME =
  'every flow changes only the passwords of the user, or fails before any change: ' +
  'generation $generation, login $login, nodes $nodes';

test.each(TABLE)(TABLE_NAME, async ({ generation, login, nodes }) => {
  await using world = await openScenario({ login });
  setGeneration(world.cluster, generation);
  await using _ = nodes === 3 ? await addNodes(world) : undefined;
  const before = administratorPasswords(world);
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
  expect(administratorPasswords(world)).toEqual(before);
});

test('replaceAll as an administrator of generation B changes nothing', async () => {
  await using world = await openScenario({ database: 'built-in' });
  setGeneration(world.cluster, 'adminUnsafe');
  const before = administratorPasswords(world);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_version_unsafe' });
  expect(labels(world)).toEqual([['AWSCURRENT']]);
  expect([world.user.passwords, administratorPasswords(world)]).toEqual([[FIRST_PASSWORD], before]);
});

test('reconcile as an administrator deletes nothing if a node runs generation B', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn);
  world.cluster.options.softwareVersions = ['7.22.2-79', '7.22.0-95'];
  world.time.advance(OVERLAP_SECONDS + 1);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_version_unsafe' });
  expect(world.user.passwords).toHaveLength(2);
});

test.each(
  GENERATIONS,
)('a login to the API verifies a password that has no database: %s', async (generation) => {
  await using world = await openScenario({ login: 'self', noDatabase: true, database: 'built-in' });
  setGeneration(world.cluster, generation);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('generation A adopts no user without a valid password in the secret', async () => {
  await using world = await openScenario({ database: 'built-in' });
  setGeneration(world.cluster, 'legacy');
  const endpoint = { host: '127.0.0.1', port: world.database.port };
  await putManually(world, { username: 'orders', ...endpoint });
  const { error } = await rotateSecret(world, world.arn);
  expect(error).toMatchObject({
    code: 'current_password_missing',
    message: expect.stringContaining('upgrade to 7.22.0-216'),
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('a user with its own login sends the requests of A to nodes of A and B', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  world.cluster.options.softwareVersions = ['7.4.6-22', '7.8.2-34'];
  for (const generation of ['legacy', 'adminUnsafe'] as const) {
    world.cluster.options.generation = generation;
    expect(await rotateSecret(world, world.arn), generation).toEqual({ outcome: 'succeeded' });
  }
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('replaceAll on generation A retries a lost PUT with the valid password', async () => {
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
