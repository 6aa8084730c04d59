import { expect, test } from 'vitest';
import { openScenario, type Scenario } from '../../support/scenario.ts';
import { type ApiReply, callApi } from './call-api.ts';

test('only an admin changes the passwords of others, or a user_manager by option', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const change = () => callApi(world, 'POST', { username: 'orders', new_password: 'y' }, 'admin');
  const [admin] = world.cluster.users;
  if (admin === undefined) throw new Error('the world has no admin');
  admin.role = 'user_manager';
  expect(await change()).toMatchObject({
    status: 403,
    body: { error_code: 'unauthorized_action' },
  });
  world.cluster.options.userManagerMayChange = true;
  expect(await change()).toMatchObject({ status: 200 });
});

test('authorize returns a token to a user that logs in', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  const { status, body } = await callApi(world, 'POST', {}, 'orders', '/v1/users/authorize');
  expect([status, body]).toEqual([200, { access_token: expect.stringMatching(/^\w+\.\w+\.\w+$/) }]);
});

test('five rejected logins in 15 minutes lock an account for 30 minutes', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  const { time } = world;
  const logIn = () => callApi(world, 'POST', {}, 'orders', '/v1/users/authorize');
  for (let attempt = 0; attempt < 5; attempt += 1) {
    time.advance(100);
    expect((await wrongLogin(world)).status).toBe(401);
  }
  expect((await logIn()).status).toBe(401);
  time.advance(1_801);
  expect((await logIn()).status).toBe(200);
});

test('PUT ends an expiry, and POST does by option', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const { cluster, user } = world;
  const change = async (method: 'POST' | 'PUT', text: string) => {
    user.status = 'password_expired';
    await callApi(world, method, { username: 'orders', new_password: text });
    return user.status;
  };
  expect(await change('POST', 'second')).toBe('password_expired');
  expect(await change('PUT', 'third')).toBe('active');
  cluster.options.addRenews = true;
  expect(await change('POST', 'fourth')).toBe('active');
});

test('without Basic authentication, a correct password is rejected and counted', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  world.cluster.options.basicAuthentication = false;
  const { status } = await callApi(world, 'POST', {}, 'orders', '/v1/users/authorize');
  expect([status, world.user.rejectedAt.length]).toEqual([401, 1]);
});

/** Logs in with a password that is removed before the request arrives. */
async function wrongLogin(world: Scenario): Promise<ApiReply> {
  const { passwords } = world.user;
  world.user.passwords = ['a-wrong-guess', ...passwords];
  const request = callApi(world, 'POST', {}, 'orders', '/v1/users/authorize');
  world.user.passwords = passwords;
  return request;
}
