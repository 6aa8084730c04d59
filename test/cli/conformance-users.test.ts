import { expect, test } from 'vitest';
import { newPassword, passwordEndingInDigit } from '../../cli/conformance/cluster/password.ts';
import { conform } from '../../cli/conformance/run.ts';
import {
  answersIn,
  isUserDeletion,
  namesOf,
  observe,
  openConformanceWorld,
  trialsNamed,
} from './conformance-world.ts';
import { DEFAULT_ANSWERS } from './expected-answers.ts';

const TEST_USER = /^rotation-conformance-[0-9a-f]{8}-(user|other|none|manager)$/;

test('creates no user if no password satisfies the rules', async () => {
  await using world = await openConformanceWorld();
  world.cluster.policy.passwordMinLength = 300;
  await expect(conform(world.target)).rejects.toThrow('password_min_length is 300');
  expect(world.api.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test.each([
  8, 32, 96, 97, 192, 256,
])('repeats no character more than three times in passwords of at least %i', (min) => {
  for (const make of [newPassword, passwordEndingInDigit]) {
    const password = make({ password_min_length: min });
    expect(password.length).toBe(Math.max(32, min));
    for (const one of password) expect(password.split(one).length - 1).toBeLessThanOrEqual(3);
  }
});

test('deletes its users after a failed list, a lost DELETE and a lost reply to POST', async () => {
  await using world = await openConformanceWorld();
  let [deletions, creations] = [0, 0];
  world.api.fault = (call) => {
    if (isUserDeletion(call)) {
      deletions += 1;
      return deletions === 1 ? 'request lost' : undefined;
    }
    if (call.path !== '/v1/users') return undefined;
    if (call.method === 'GET') return deletions < 4 ? { status: 500 } : undefined;
    creations += 1;
    return creations === 4 ? 'reply lost' : undefined;
  };
  const { ended } = await observe(world);
  expect(ended).toBeDefined();
});

test.each([
  [401, 1],
  [500, 24],
])('names its users if a deletion returns %i, after %i attempts', async (status, attempts) => {
  await using world = await openConformanceWorld();
  let deletions = 0;
  world.api.fault = (call) => {
    if (isUserDeletion(call)) deletions += 1;
    const isList = deletions > 0 && call.method === 'GET' && call.path === '/v1/users';
    return isUserDeletion(call) || isList ? { status } : undefined;
  };
  const { left } = await conform(world.target, { trials: trialsNamed('version') });
  expect(left).toEqual(Array.from({ length: 4 }, () => expect.stringMatching(TEST_USER)));
  expect(deletions).toBe(attempts);
});

/** Opens a world whose API returns other roles, or a database with other roles. */
async function openWorldWith(replies: Record<string, object[]>) {
  const world = await openConformanceWorld();
  world.api.fault = ({ path }) =>
    path in replies ? { status: 200, body: JSON.stringify(replies[path]) } : undefined;
  return world;
}

test('does not try a database that only administrators may use, and creates none', async () => {
  const roles_permissions = [{ role_uid: 1 }];
  const bdbs: object[] = [];
  await using world = await openWorldWith({ '/v1/bdbs': bdbs });
  bdbs.push({ endpoints: [{ port: world.database.port }], roles_permissions });
  const roles: string[] = [];
  const { onPasswords } = world.cluster;
  world.cluster.onPasswords = async (user) => {
    const role = world.cluster.users.find(({ name }) => name === user.name)?.role;
    if (role !== undefined) roles.push(role);
    await onPasswords(user);
  };
  const answers = answersIn(await observe(world));
  expect(roles).not.toContain('admin');
  expect(answers.disconnect).toBe('not tried: only administrators may use the database');
});

test('does not try what needs a role that the cluster does not have', async () => {
  await using world = await openWorldWith({
    '/v1/roles': [{ uid: 3, management: 'cluster_viewer' }],
  });
  world.target.database = undefined;
  const trials = trialsNamed('whose-password', 'role-none', 'user-manager', 'add');
  expect(answersIn(await observe(world, trials))).toEqual({
    'whose-password': DEFAULT_ANSWERS['whose-password'],
    'role-none': 'not tried: the cluster has no role none',
    'user-manager': 'not tried: the cluster has no role user_manager',
    add: DEFAULT_ANSWERS.add,
  });
});

test('does not try a cluster that has only administrator roles', async () => {
  await using world = await openWorldWith({ '/v1/roles': [{ uid: 1, management: 'admin' }] });
  await expect(conform(world.target)).rejects.toThrow('no role with management');
  expect(namesOf(world)).toEqual(['admin']);
});
