import { expect, test } from 'vitest';
import { FIRST_PASSWORD, openScenario } from '../../support/scenario.ts';
import { canLogIn } from '../application.ts';
import type { World } from '../world.ts';
import { callApi } from './call-api.ts';
import type { ClusterOptions } from './cluster.ts';

test('POST adds a password, PUT replaces all, DELETE removes one', async () => {
  await using world = await openScenario();
  const { user } = world;
  await callApi(world, 'POST', { username: 'orders', new_password: 'second' });
  expect(user.passwords).toEqual([FIRST_PASSWORD, 'second']);
  await callApi(world, 'DELETE', { username: 'orders', old_password: FIRST_PASSWORD });
  expect(user.passwords).toEqual(['second']);
  await callApi(world, 'POST', { username: 'orders', new_password: 'third' });
  await callApi(world, 'PUT', { username: 'orders', new_password: 'fourth' });
  expect(user.passwords).toEqual(['fourth']);
  expect(await canLogIn(world, { username: 'orders', password: 'fourth' })).toBe(true);
  expect(await canLogIn(world, { username: 'orders', password: 'third' })).toBe(false);
});

test('a reply has the headers of a real cluster, and its state id counts changes', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const first = await callApi(world, 'POST', { username: 'orders', new_password: 'second' });
  const second = await callApi(world, 'POST', { username: 'orders', new_password: 'third' });
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
  name: string,
  options: Partial<ClusterOptions>,
  request: Parameters<typeof callApi> extends [World, ...infer R] ? R : never,
  status: number,
  code?: string,
];

const ADD_PRESENT = { username: 'orders', new_password: FIRST_PASSWORD };
const DELETE_ABSENT = { username: 'orders', old_password: 'absent' };
const DELETE_LAST = { username: 'orders', old_password: FIRST_PASSWORD };

const CASES: Case[] = [
  ['a present password', {}, ['POST', ADD_PRESENT], 400, 'new_password_same_as_current'],
  ['a present password, option addPresent', { addPresent: 'ok' }, ['POST', ADD_PRESENT], 200],
  ['the last password', {}, ['DELETE', DELETE_LAST], 400, 'cannot_delete_last_password'],
  ['an absent password', {}, ['DELETE', DELETE_ABSENT], 400],
  ['an absent password, 404', { deleteAbsent: 404 }, ['DELETE', DELETE_ABSENT], 404],
  ['an absent password, 200', { deleteAbsent: 200 }, ['DELETE', DELETE_ABSENT], 200],
  [
    'an absent password, option lastPasswordFirst',
    { lastPasswordFirst: true },
    ['DELETE', DELETE_ABSENT],
    400,
    'cannot_delete_last_password',
  ],
  ['an unknown user', {}, ['POST', { username: 'x', new_password: 'y' }], 404, 'user_not_exist'],
  ['no password', {}, ['POST', { username: 'orders' }], 400],
  ['the role none', {}, ['POST', { new_password: 'y' }, 'orders'], 403, 'unauthorized_action'],
  [
    'the role none, option noneMayUseApi',
    { noneMayUseApi: true },
    ['POST', { new_password: 'y' }, 'orders'],
    200,
  ],
  ['a wrong login', {}, ['POST', { new_password: 'y' }, 'nobody'], 401],
  ['a ttl of 0', {}, ['POST', { ttl: 0 }, 'admin', '/v1/users/authorize'], 400],
];

test.each(
  CASES,
)('%s: the reply is the documented one', async (_name, options, request, status, code) => {
  await using world = await openScenario({ database: 'built-in' });
  Object.assign(world.cluster.options, options);
  const reply = await callApi(world, ...request);
  expect([reply.status, reply.body.error_code]).toEqual([status, code]);
});

test('passwordsMax, actionUid and changeUnlocks are options', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const { cluster, user } = world;
  Object.assign(cluster.options, { passwordsMax: 2, actionUid: true, changeUnlocks: true });
  user.lockedUntil = Number.POSITIVE_INFINITY;
  const change = (text: string) =>
    callApi(world, 'POST', { username: 'orders', new_password: text });
  expect(await change('second')).toMatchObject({
    status: 200,
    body: { action_uid: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
  expect(user.lockedUntil).toBe(0);
  expect(await change('third')).toMatchObject({ status: 400 });
});

test.each([
  ['that is too short', 'Ab1-efg'],
  ['without a digit', 'Abcdefg-'],
  ['without a special character', 'Abcdefg1'],
  ['with four equal characters', 'Ab1-aaaa'],
  ['with the email reversed', 'Ab1-moc.elpmaxe@sredro'],
])('with password complexity, a password %s is invalid', async (_name, password) => {
  await using world = await openScenario({ database: 'built-in' });
  world.cluster.policy.passwordComplexity = true;
  world.user.email = 'orders@example.com';
  const change = (text: string) =>
    callApi(world, 'POST', { username: 'orders', new_password: text });
  expect(await change(password)).toMatchObject({ body: { error_code: 'password_not_complex' } });
  expect(await change('Ab1-efgh')).toMatchObject({ status: 200 });
});
