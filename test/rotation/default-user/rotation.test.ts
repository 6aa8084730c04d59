import { expect, test } from 'vitest';
import { putParameters, rotateSecret } from '../../sandbox/setup.ts';
import { DATABASES } from '../../support/databases.ts';
import {
  FIRST_PASSWORD,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
  type Scenario,
} from '../../support/scenario.ts';
import { tagSecret } from './databases.ts';

test.each(
  DATABASES,
)('the default user of a database rotates with an overlap too: %s', async (database) => {
  await using world = await openScenario({ isDefaultUser: true, database });
  for (let rotation = 1; rotation <= 3; rotation += 1) {
    const before = passwordOf(world, 'AWSCURRENT');
    expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
    expect(world.user.passwords).toEqual([before, passwordOf(world, 'AWSCURRENT')]);
    world.time.advance(OVERLAP_SECONDS + 1);
    await reconcile(world);
    expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  }
  expect(labels(world).filter((one) => one.length > 0)).toEqual([['AWSCURRENT', 'LIVE']]);
});

test('the administrator never reads a password of a database', async () => {
  await using world = await openScenario({ isDefaultUser: true });
  await rotateSecret(world, world.arn);
  await world.invoke({ Step: 'preflight', SecretId: world.arn });
  await replaceAll(world);
  const reads = world.api.calls.filter(({ path }) => /^\/v1\/bdbs(?!\/1\/passwords$)/.test(path));
  expect(reads.length).toBeGreaterThan(2);
  for (const { method, path } of reads) {
    expect(method).toBe('GET');
    expect(path).toMatch(/^\/v1\/bdbs\?fields=[a-z_,]+$/);
    expect(path).not.toContain('pass');
  }
});

test('replaceAll leaves one password, which was never used before', async () => {
  await using world = await openScenario({ isDefaultUser: true });
  world.user.passwords = [FIRST_PASSWORD, 'added-by-an-attacker-1'];
  await world.cluster.onPasswords(world.user);
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(world.user.passwords).not.toContain(FIRST_PASSWORD);
});

test('a secret without a password gets one, and the unknown password stays valid', async () => {
  await using world = await openScenario({ isDefaultUser: true, value: { password: undefined } });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
});

test.each([
  ['7.4.6-22', 'legacy'],
  ['7.22.0-95', 'adminUnsafe'],
] as const)('any generation of the API succeeds: %s', async (version, generation) => {
  await using world = await openScenario({ isDefaultUser: true });
  Object.assign(world.cluster.options, { generation, softwareVersions: [version] });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test.each([
  'cluster_member',
  'db_member',
] as const)('an administrator of role %s may rotate', async (role) => {
  await using world = await openScenario({ isDefaultUser: true });
  setRole(world, role);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test.each([
  'db_viewer',
  'user_manager',
] as const)('the role %s is denied, and nothing changes', async (role) => {
  await using world = await openScenario({ isDefaultUser: true });
  setRole(world, role);
  const { outcome, error } = await rotateSecret(world, world.arn);
  expect(outcome).toBe('failed');
  expect(error).toMatchObject({ code: 'cluster_permission_denied' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('the database is found by its name, in any case', async () => {
  const options = { isDefaultUser: true, ssl: false } as const;
  await using world = await openScenario(options);
  await putParameters(world, { 'database-hosts': 'localhost' });
  const { port } = world.database;
  const value = { username: 'default', password: FIRST_PASSWORD, host: 'LOCALHOST', port };
  await putManually(world, { ...value, ssl: false });
  await tagSecret(world, `default@LOCALHOST:${port}`);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
});

function setRole(
  { cluster }: Scenario,
  role: 'cluster_member' | 'db_member' | 'db_viewer' | 'user_manager',
) {
  const admin = cluster.users.find(({ name }) => name === 'admin');
  if (admin !== undefined) admin.role = role;
}
