import { expect, test } from 'vitest';
import { openFixture } from '../../cli/conformance/fixture/fixture.ts';
import { addPassword, resetPassword } from '../../cli/conformance/fixture/passwords.ts';
import { conform } from '../../cli/conformance/run.ts';
import type { World } from '../sandbox/world.ts';
import {
  adminOf,
  answersIn,
  observe,
  openConformanceWorld,
  PASSWORD_PATH,
} from './conformance-world.ts';
import { DEFAULT_ANSWERS } from './expected-answers.ts';

const NOT_AS_ADMIN = 'not tried: an admin here could change its own password';

test.each([
  [['7.4.6-22', '7.22.0-95'], '7.4.6-22, 7.22.0-95', 'differs: denied: 403 unauthorized_action'],
  [['5.0.0-1'], 'differs: 5.0.0-1', 'denied: 403 unauthorized_action'],
])('changes no password as the admin if the nodes run %j', async (versions, version, whose) => {
  await using world = await openConformanceWorld();
  world.cluster.options.softwareVersions = versions;
  expect(answersIn(await observe(world))).toEqual({
    ...DEFAULT_ANSWERS,
    version,
    'whose-password': whose,
    'user-manager': NOT_AS_ADMIN,
    'add-unlocks': NOT_AS_ADMIN,
  });
  const changes = world.api.calls.filter(({ path }) => path === PASSWORD_PATH);
  expect(changes.filter(({ login }) => login === 'admin')).toEqual([]);
});

// Faults that leave `whose-password` without an answer, on a cluster whose admins would change
// their own passwords.
const MISLEADING: [what: string, mislead: (world: World) => void, why: string][] = [
  [
    'fails',
    ({ api }) => {
      api.fault = ({ method, path }) =>
        method === 'PUT' && path !== PASSWORD_PATH ? { status: 503 } : undefined;
    },
    'failed: the cluster returned 503 to PUT /v1/users/{uid}',
  ],
  [
    'is denied for another reason',
    ({ api }) => {
      api.fault = ({ method, path }) =>
        method === 'POST' && path === PASSWORD_PATH ? { status: 403 } : undefined;
    },
    'unknown: 403, and for itself 403',
  ],
  [
    'is denied only once',
    ({ api }) => {
      let changes = 0;
      api.fault = ({ path }) => {
        if (path === PASSWORD_PATH) changes += 1;
        return path === PASSWORD_PATH && changes === 1 ? { status: 403 } : undefined;
      };
    },
    'unknown: 403, and after a retry 200',
  ],
  [
    'uses a user that may not use the API',
    ({ api }) => {
      const body = JSON.stringify([{ uid: 7, management: 'db_viewer' }]);
      api.fault = ({ path }) => (path === '/v1/roles' ? { status: 200, body } : undefined);
    },
    'unknown: the user that sends the request has the role none',
  ],
  [
    'uses a user that may not log in',
    ({ api }) => {
      api.fault = ({ path }) => (path === '/v1/users/authorize' ? { status: 403 } : undefined);
    },
    'unknown: the login of the user that sends the request returns 403',
  ],
];

test.each(
  MISLEADING,
)('stops with the admin unchanged if whose-password %s', async (_, mislead, why) => {
  await using world = await openConformanceWorld();
  world.cluster.options.generation = 'adminUnsafe';
  mislead(world);
  const { rows, ended } = await observe(world);
  expect(rows.at(-1)?.id).toBe('whose-password');
  expect(answersIn({ rows })['whose-password']).toBe(`differs: ${why}`);
  expect(ended).toMatch(/^stopped before any change by the admin: .* \(.+\)$/);
});

test('changes passwords as the user itself until whose-password has an answer', async () => {
  await using world = await openConformanceWorld();
  world.cluster.options.generation = 'adminUnsafe';
  const before = structuredClone(adminOf(world));
  const fixture = await openFixture(world.target, [], new AbortController().signal);
  await addPassword(fixture, await resetPassword(fixture));
  expect(adminOf(world)).toEqual(before);
  const user = world.cluster.users.find(({ uid }) => uid === fixture.user.uid);
  expect(user?.passwords).toHaveLength(2);
});

test('sends a wrong password once, and changes nothing', async () => {
  await using world = await openConformanceWorld();
  world.target.admin.password = 'wrong';
  await expect(conform(world.target)).rejects.toThrow(/rejected the login of admin with 401/);
  expect(adminOf(world).rejectedAt).toHaveLength(1);
  expect(world.api.calls).toHaveLength(1);
});

test('names Basic authentication after one request if it is off', async () => {
  await using world = await openConformanceWorld();
  world.cluster.options.basicAuthentication = false;
  await expect(conform(world.target)).rejects.toThrow('control_plane_basic_authentication');
  expect(world.api.calls).toHaveLength(1);
});

test('ends the run when the cluster begins to reject the password', async () => {
  await using world = await openConformanceWorld();
  let changes = 0;
  world.api.fault = ({ path }) => {
    if (path !== PASSWORD_PATH) return undefined;
    changes += 1;
    if (changes === 5) adminOf(world).passwords = ['changed-by-an-operator'];
    return undefined;
  };
  const { ended, left } = await conform(world.target);
  expect(ended).toContain('rejected the login of admin with 401');
  expect(left).toHaveLength(4);
  expect(adminOf(world).rejectedAt.length).toBeLessThan(3);
});
