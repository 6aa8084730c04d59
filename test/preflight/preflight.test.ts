import { expect, test } from 'vitest';
import { CHECK_NAMES } from '../../lambda/preflight/check.ts';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { openScenario, putManually, type Scenario } from '../support/scenario.ts';
import { putWithEndpoint } from './finding.ts';
import { FINDINGS } from './findings.ts';

async function preflight(world: Scenario): Promise<Preflight> {
  return (await world.invoke({ Step: 'preflight', SecretId: world.arn })) as Preflight;
}

const statusOf = ({ checks }: Preflight) => checks.map(({ check, status }) => `${check} ${status}`);

test.each([
  'self',
  'admin',
] as const)('a healthy secret passes every check, and nothing changes: %s', async (login) => {
  await using world = await openScenario({ login });
  world.user.role = login === 'self' ? 'admin' : 'none';
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  const snapshot = () =>
    structuredClone([
      world.store.latest(world.arn),
      world.cluster.users.map(({ name, passwords }) => [name, passwords]),
    ]);
  const before = snapshot();
  const { ok, checks } = await preflight(world);
  expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
  expect(checks.map(({ hint }) => hint).join('')).toBe('');
  expect(ok).toBe(true);
  expect(new Set(checks.map(({ check }) => check))).toEqual(new Set(CHECK_NAMES));
  expect(snapshot()).toEqual(before);
});

test.each(
  FINDINGS,
)('the check %s reports %s with the hint %s', async (check, status, hint, makeMistake, options) => {
  await using world = await openScenario({ ...options, database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  await makeMistake(world);
  const found = await preflight(world);
  const [finding] = found.checks.filter((one) => one.check === check && one.status === status);
  expect(finding, statusOf(found).join(', ')).toBeDefined();
  expect(finding?.hint).toMatch(hint);
  expect(found.ok).toBe(status !== 'fail');
  for (const one of found.checks.filter(({ status }) => status === 'warn' || status === 'fail')) {
    expect(one.hint, one.detail).not.toBe('');
  }
});

test('the check managed is unknown if the cluster returns no role of the user', async () => {
  await using world = await openScenario({ login: 'admin', database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  world.api.fault = ({ path }) => (path === '/v1/users' ? { status: 500 } : undefined);
  const { checks } = await preflight(world);
  expect(checks.find(({ check }) => check === 'managed')).toMatchObject({
    status: 'unknown',
    detail: expect.stringContaining("did not return the user's role"),
  });
});

test('preflight sends a login once, and none with a password that a database rejects', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  await putWithEndpoint({ password: 'wrong' })(world);
  const found = await preflight(world);
  expect(statusOf(found)).toEqual(expect.arrayContaining(['verification fail', 'login unknown']));
  expect(world.api.calls).toEqual([]);
  await putManually(world, { username: 'orders', password: 'wrong' });
  expect(statusOf(await preflight(world))).toContain('login fail');
  expect(world.api.calls.filter(({ status }) => status === 401)).toHaveLength(1);
});

test.each([
  ['admin', 'warn'],
  ['self', 'fail'],
] as const)('preflight says that applications are locked out: %s', async (...row) => {
  const [login, status] = row;
  await using world = await openScenario({ login, database: 'built-in' });
  await putWithEndpoint({ password: 'wrong' })(world);
  const { checks } = await preflight(world);
  expect(checks.find(({ check }) => check === 'verification')).toMatchObject({
    status,
    detail: expect.stringMatching(/\. Applications that read the secret cannot log in now\.$/),
  });
});

test('the check secret fails if the function cannot read the secret', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.aws.fault = () => 'denied';
  const found = await preflight(world);
  expect(found.ok).toBe(false);
  expect(statusOf(found)).toContain('secret fail');
});
