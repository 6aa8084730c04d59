import { expect, test } from 'vitest';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  type Scenario,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';

const makeValue = (world: Scenario) => ({
  username: 'orders',
  password: FIRST_PASSWORD,
  ssl: false,
  endpoints: [`127.0.0.1:${world.database.port}`],
});

test('a rotation fails before any change if two clusters share a database host', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using _second = await addSecondCluster(world);
  await putParameters(world, { 'database-hosts': '127.0.0.1,localhost' }, 'us');
  await putManually(world, makeValue(world));
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: {
      code: 'host_not_allowed',
      message: expect.stringContaining('matches database-hosts of sandbox and us'),
    },
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('a cluster without a database host of its own verifies passwords on its API', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  await putParameters(world, { 'database-hosts': '127.0.0.1' });
  await putParameters(world, { 'database-hosts': '.0.0.1,localhost' }, 'us');
  await putManually(world, makeValue(world));
  second.user.role = 'db_viewer';
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  const logins = second.api.calls.filter(({ path }) => path === '/v1/users/authorize');
  expect(logins.length).toBeGreaterThan(0);
});

test('reconcile keeps the passwords of a cluster that AWSCURRENT does not name', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  const password = passwordOf(world, 'AWSCURRENT');
  await putManually(world, { ...makeValue(world), password, clusters: ['sandbox'] });
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(second.user.passwords).toHaveLength(2);
  expect(world.lines.join('')).toContain('expired version of an omitted cluster kept');
  // AWSCURRENT names the second cluster again.
  const endpoints = [...makeValue(world).endpoints, `localhost:${second.database.port}`];
  await putManually(world, { ...makeValue(world), password, endpoints });
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect([world.user.passwords, second.user.passwords]).toEqual([[password], [password]]);
});
