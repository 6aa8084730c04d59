import { expect, test } from 'vitest';
import { readSecret } from '../sandbox/setup.ts';
import { runPreflight } from '../support/run-preflight.ts';
import { openScenario, putManually } from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';

test('preflight does not say that applications are locked out if only an API rejects', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  const value = await readSecret(world, world.arn);
  await putManually(world, { ...value, endpoints: [`127.0.0.1:${world.database.port}`] });
  second.api.fault = ({ path }) => (path === '/v1/users/authorize' ? { status: 401 } : undefined);
  const { checks } = await runPreflight(world);
  const found = checks.find(({ check }) => check === 'verification');
  expect(found?.status).not.toBe('pass');
  expect(found?.detail).not.toContain('cannot log in now');
});

test.each([
  'wrong',
  'read',
  'cannot log in',
])('preflight says that AWSCURRENT %j is locked out', async (password) => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await putManually(world, { ...(await readSecret(world, world.arn)), password });
  const { checks } = await runPreflight(world);
  // The password is redacted in texts.
  expect(checks.filter(({ isLockedOut }) => isLockedOut)).toMatchObject([
    { check: 'verification', status: 'warn' },
  ]);
});
