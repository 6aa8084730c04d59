import { Client } from 'undici';
import { expect, test } from 'vitest';
import { DATABASES } from '../support/databases.ts';
import { FIRST_PASSWORD, openScenario, type Scenario } from '../support/scenario.ts';
import { canLogIn, openConnection } from './application.ts';
import type { ClusterOptions } from './cluster/cluster.ts';

// What Redis documents of the REST API of generation C and of the users of a database.
const PATH = '/v1/users/password';

type Reply = { status: number; body: Record<string, unknown>; headers: object };

async function call(
  world: Scenario,
  method: 'POST' | 'PUT' | 'DELETE',
  body: object,
  login = 'admin@sandbox.test',
  path = PATH,
): Promise<Reply> {
  const { api, certificate, cluster } = world;
  const password = cluster.users.find(({ name, email }) => [name, email].includes(login))
    ?.passwords[0];
  const connect = { ca: certificate.cert, servername: cluster.name };
  const client = new Client(`https://127.0.0.1:${api.port}`, { connect });
  const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const reply = await client.request({ method, path, headers, body: JSON.stringify(body) });
  const text = await reply.body.text();
  await client.close();
  return { status: reply.statusCode, body: JSON.parse(text || '{}'), headers: reply.headers };
}

test('POST adds a password, PUT replaces all, DELETE removes one', async () => {
  await using world = await openScenario();
  const { user } = world;
  await call(world, 'POST', { username: 'orders', new_password: 'second' });
  expect(user.passwords).toEqual([FIRST_PASSWORD, 'second']);
  await call(world, 'DELETE', { username: 'orders', old_password: FIRST_PASSWORD });
  expect(user.passwords).toEqual(['second']);
  await call(world, 'POST', { username: 'orders', new_password: 'third' });
  await call(world, 'PUT', { username: 'orders', new_password: 'fourth' });
  expect(user.passwords).toEqual(['fourth']);
  expect(await canLogIn(world, { username: 'orders', password: 'fourth' })).toBe(true);
  expect(await canLogIn(world, { username: 'orders', password: 'third' })).toBe(false);
});

test('a reply has the headers of a real cluster, and the state id counts changes', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const first = await call(world, 'POST', { username: 'orders', new_password: 'second' });
  const second = await call(world, 'POST', { username: 'orders', new_password: 'third' });
  const id = Number(
    Object.entries(first.headers).find(([name]) => name === 'cluster-state-id')?.[1],
  );
  expect(second.headers).toMatchObject({
    server: 'envoy',
    'content-type': 'application/json',
    'cluster-state-id': String(id + 1),
  });
});

type Case = [
  sentence: string,
  options: Partial<ClusterOptions>,
  request: Parameters<typeof call> extends [Scenario, ...infer R] ? R : never,
  status: number,
  code?: string,
];

const ADD_PRESENT = { username: 'orders', new_password: FIRST_PASSWORD };
const DELETE_ABSENT = { username: 'orders', old_password: 'absent' };
const DELETE_LAST = { username: 'orders', old_password: FIRST_PASSWORD };

const CASES: Case[] = [
  ['a present password', {}, ['POST', ADD_PRESENT], 400, 'new_password_same_as_current'],
  ['a present password, newer', { addPresent: 'ok' }, ['POST', ADD_PRESENT], 200],
  ['the last password', {}, ['DELETE', DELETE_LAST], 400, 'cannot_delete_last_password'],
  ['an absent password', {}, ['DELETE', DELETE_ABSENT], 400],
  ['an absent password, 404', { deleteAbsent: 404 }, ['DELETE', DELETE_ABSENT], 404],
  ['an absent password, 200', { deleteAbsent: 200 }, ['DELETE', DELETE_ABSENT], 200],
  [
    'an absent password, last one first',
    { lastPasswordFirst: true },
    ['DELETE', DELETE_ABSENT],
    400,
    'cannot_delete_last_password',
  ],
  ['an unknown user', {}, ['POST', { username: 'x', new_password: 'y' }], 404, 'user_not_exist'],
  ['no password', {}, ['POST', { username: 'orders' }], 400],
  ['the role none', {}, ['POST', { new_password: 'y' }, 'orders'], 403, 'unauthorized_action'],
  [
    'the role none, allowed',
    { noneMayUseApi: true },
    ['POST', { new_password: 'y' }, 'orders'],
    200,
  ],
  ['a wrong login', {}, ['POST', { new_password: 'y' }, 'nobody'], 401],
  ['a ttl of 0', {}, ['POST', { ttl: 0 }, 'admin', '/v1/users/authorize'], 400],
];

test.each(
  CASES,
)('%s is answered as documented', async (_sentence, options, request, status, code) => {
  await using world = await openScenario({ database: 'built-in' });
  Object.assign(world.cluster.options, options);
  const reply = await call(world, ...request);
  expect([reply.status, reply.body.error_code]).toEqual([status, code]);
});

test('a limit of passwords, an action_uid and an unlocking change are options', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const { cluster, user } = world;
  Object.assign(cluster.options, { passwordsMax: 2, actionUid: true, changeUnlocks: true });
  user.lockedUntil = Number.POSITIVE_INFINITY;
  const change = (text: string) => call(world, 'POST', { username: 'orders', new_password: text });
  expect(await change('second')).toMatchObject({
    status: 200,
    body: { action_uid: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
  expect(user.lockedUntil).toBe(0);
  expect(await change('third')).toMatchObject({ status: 400 });
});

test('only an admin changes the passwords of others, a user_manager where that is set', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const change = () => call(world, 'POST', { username: 'orders', new_password: 'y' }, 'admin');
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

test('authorize gives a token to whoever logs in', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  const { status, body } = await call(world, 'POST', {}, 'orders', '/v1/users/authorize');
  expect([status, body]).toEqual([200, { access_token: expect.stringMatching(/^\w+\.\w+\.\w+$/) }]);
});

test.each([
  ['short', 'Ab1-efg'],
  ['without a digit', 'Abcdefg-'],
  ['without a special character', 'Abcdefg1'],
  ['with four equal characters', 'Ab1-aaaa'],
  ['with the email reversed', 'Ab1-moc.elpmaxe@sredro'],
])('with complexity on, a password that is %s is refused', async (_sentence, password) => {
  await using world = await openScenario({ database: 'built-in' });
  world.cluster.policy.passwordComplexity = true;
  world.user.email = 'orders@example.com';
  const change = (text: string) => call(world, 'POST', { username: 'orders', new_password: text });
  expect(await change(password)).toMatchObject({ body: { error_code: 'password_not_complex' } });
  expect(await change('Ab1-efgh')).toMatchObject({ status: 200 });
});

test('five refused logins in a quarter of an hour lock an account for half an hour', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  const { time } = world;
  const logIn = () => call(world, 'POST', {}, 'orders', '/v1/users/authorize');
  for (let attempt = 0; attempt < 5; attempt += 1) {
    time.advance(100);
    expect((await wrongLogin(world)).status).toBe(401);
  }
  expect((await logIn()).status).toBe(401);
  time.advance(1_801);
  expect((await logIn()).status).toBe(200);
});

test('a change ends an expiry, and adding does where that is set', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const { cluster, user } = world;
  const change = async (method: 'POST' | 'PUT', text: string) => {
    user.status = 'password_expired';
    await call(world, method, { username: 'orders', new_password: text });
    return user.status;
  };
  expect(await change('POST', 'second')).toBe('password_expired');
  expect(await change('PUT', 'third')).toBe('active');
  cluster.options.addRenews = true;
  expect(await change('POST', 'fourth')).toBe('active');
});

test('where Basic authentication is off, the right password is refused and counted', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  world.cluster.options.basicAuthentication = false;
  const { status } = await call(world, 'POST', {}, 'orders', '/v1/users/authorize');
  expect([status, world.user.refusedAt.length]).toEqual([401, 1]);
});

/** A login with a password that is taken back before the request arrives. */
async function wrongLogin(world: Scenario): Promise<Reply> {
  const { passwords } = world.user;
  world.user.passwords = ['a-wrong-guess', ...passwords];
  const request = call(world, 'POST', {}, 'orders', '/v1/users/authorize');
  world.user.passwords = passwords;
  return request;
}

test.each(
  DATABASES,
)('an open connection survives the deletion of its password: %s', async (database) => {
  await using world = await openScenario({ database });
  const connection = await openConnection(world, { username: 'orders', password: FIRST_PASSWORD });
  await connection.set('order', 'ä 1');
  await call(world, 'PUT', { username: 'orders', new_password: 'second' });
  expect(await connection.get('order')).toBe('ä 1');
  expect(await connection.get('absent')).toBeNull();
  expect(await connection.ping()).toBe('PONG');
  connection.destroy();
});

test.each(
  DATABASES,
)('where the cluster is set so, a deletion closes what logged in with that password: %s', async (database) => {
  await using world = await openScenario({ database });
  world.cluster.options.disconnectOnRemoval = 'enabled';
  await call(world, 'POST', { username: 'orders', new_password: 'second' });
  const [old, other] = [
    await openConnection(world, { username: 'orders', password: FIRST_PASSWORD }),
    await openConnection(world, { username: 'orders', password: 'second' }),
  ];
  await call(world, 'DELETE', { username: 'orders', old_password: FIRST_PASSWORD });
  await expect(old.ping()).rejects.toThrow();
  expect(await other.ping()).toBe('PONG');
  old.destroy();
  other.destroy();
});
