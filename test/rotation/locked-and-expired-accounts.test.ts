import { expect, test } from 'vitest';
import { updateDatabases } from '../sandbox/cluster/cluster.ts';
import { readSecret, rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { findAdministrator, rejectedLogins } from './logins.ts';

const CASES: [name: string, closeAccount: (world: Scenario) => void, message: string][] = [
  [
    'an account that is locked, with 401',
    ({ user }) => Object.assign(user, { status: 'locked' }),
    'is locked',
  ],
  [
    'an account that is locked, with 403',
    ({ user, cluster }) => {
      user.status = 'locked';
      cluster.options.lockedStatus = 403;
    },
    'the account is locked',
  ],
  [
    'an expired password',
    ({ user }) => Object.assign(user, { status: 'password_expired' }),
    'its password has expired: let an administrator set another one',
  ],
  [
    'Basic authentication that is disabled',
    ({ cluster }) => Object.assign(cluster.options, { basicAuthentication: false }),
    'control_plane_basic_authentication',
  ],
];

test.each(CASES)('self mode explains %s, after one login', async (_, closeAccount, message) => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  closeAccount(world);
  const failed = await callStep(world, 'setSecret', token).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    code: expect.stringMatching(/^cluster_(login_refused|permission_denied)$/),
    message: expect.stringContaining(message),
  });
  expect(rejectedLogins(world).length).toBeLessThanOrEqual(1);
  expect(world.user.rejectedAt.length).toBeLessThanOrEqual(1);
});

test('without a database, a rotation explains an expired password', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true, database: 'built-in' });
  world.user.status = 'password_expired';
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'cluster_login_refused', message: expect.stringContaining('has expired') },
  });
});

test.each([
  'locked',
  'password_expired',
] as const)('an administrator rotates an account with status %s', async (status) => {
  await using world = await openScenario({ database: 'built-in' });
  world.user.status = status;
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test.each([
  ['locked', 'lockedMayUseDatabases'],
  ['password_expired', 'expiredMayUseDatabases'],
] as const)('AWSCURRENT stays if databases reject an account with status %s', async (...row) => {
  const [status, option] = row;
  await using world = await openScenario({ database: 'built-in' });
  const before = passwordOf(world, 'AWSCURRENT');
  Object.assign(world.user, { status });
  world.cluster.options[option] = false;
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: {
      code: 'pending_password_refused',
      message: expect.stringContaining('the account is locked or expired'),
    },
  });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(before);
});

test.each([
  { status: 500 },
  { status: 403 },
])('a DELETE that fails while the account is locked is repeated: $status', async (fault) => {
  await using world = await openScenario({ database: 'built-in' });
  const { cluster, user, time, api } = world;
  cluster.options.lockedMayUseDatabases = false;
  await rotateSecret(world, world.arn);
  time.advance(OVERLAP_SECONDS + 1);
  api.fault = async ({ method }) => {
    if (method !== 'DELETE') return undefined;
    user.lockedUntil = time.now() + 1_800_000;
    await updateDatabases(cluster, user);
    return fault;
  };
  await expect(reconcile(world)).rejects.toMatchObject({
    name: expect.stringMatching(/^cluster_/),
  });
  api.fault = undefined;
  user.lockedUntil = 0;
  await updateDatabases(cluster, user);
  await reconcile(world);
  expect(user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test("an email of the administrator in a user's secret locks no account", async () => {
  await using world = await openScenario({ database: 'built-in' });
  const { email } = findAdministrator(world) ?? {};
  await putManually(world, { ...(await readSecret(world, world.arn)), login: 'self', email });
  const createSecret = () => callStep(world, 'createSecret', stageToken(world));
  await expect(createSecret()).rejects.toThrow('check its email');
  await expect(createSecret()).rejects.toThrow('so it was not sent again');
  expect(findAdministrator(world)?.rejectedAt).toHaveLength(1);
});
