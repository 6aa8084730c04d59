import { expect, test } from 'vitest';
import { type ClusterDatabase, setDefaultUser } from '../sandbox/cluster/databases.ts';
import { DATABASES } from '../support/databases.ts';
import { runOn } from './conformance-command.ts';
import { adminOf, answersIn, observe } from './conformance-world.ts';
import {
  ANSWERS,
  DEFAULT_TRIALS,
  OWN_PASSWORD,
  openWithDefaultUser,
} from './default-user-world.ts';
import type { Answers } from './expected-answers.ts';

test.each(
  DATABASES,
)('the answers about a default user are these, and its password stays: %s', async (kind) => {
  await using world = await openWithDefaultUser(kind);
  expect(answersIn(await observe(world, DEFAULT_TRIALS))).toEqual(ANSWERS);
  expect(world.listed.user.passwords).toEqual([OWN_PASSWORD]);
});

test.each<[Partial<ClusterDatabase['options']>, Answers]>([
  [{ addPresent: 200 }, { 'default-add-present': '200' }],
  [{ deleteAbsent: 200 }, { 'default-delete-absent': '200' }],
  [{ isComplexityChecked: false }, { 'default-rules': 'no' }],
  [{ busyReplies: 3 }, {}],
])('reports what the cluster does with %j', async (options, answers) => {
  await using world = await openWithDefaultUser();
  Object.assign(world.listed.options, options);
  expect(answersIn(await observe(world, DEFAULT_TRIALS))).toEqual({ ...ANSWERS, ...answers });
  expect(world.listed.user.passwords).toEqual([OWN_PASSWORD]);
});

test('after a deletion that leaves no password, adds one, stops, and names the database', async () => {
  await using world = await openWithDefaultUser();
  world.listed.options.deletesAll = true;
  const { rows, ended, isOpened, leftPasswords } = await observe(world, DEFAULT_TRIALS);
  expect(rows.map(({ id }) => id)).toEqual(['default-find', 'default-protected']);
  expect(ended).toContain(`127.0.0.1:${world.database.port} without a password`);
  expect(isOpened).toBe(true);
  expect(world.listed.user.passwords).toHaveLength(1);
  expect(leftPasswords).toBeGreaterThan(0);
});

test('counts the passwords that it could not delete', async () => {
  await using world = await openWithDefaultUser();
  world.api.fault = ({ method }) => (method === 'DELETE' ? { status: 500 } : undefined);
  const { leftPasswords } = await observe(world, DEFAULT_TRIALS);
  expect(leftPasswords).toBeGreaterThan(0);
  expect(world.listed.user.passwords).toHaveLength(1 + leftPasswords);
});

test.each([
  'db_member',
  'cluster_member',
] as const)('a login of the role %s is enough', async (role) => {
  await using world = await openWithDefaultUser();
  adminOf(world).role = role;
  expect(answersIn(await observe(world, DEFAULT_TRIALS))).toEqual(ANSWERS);
});

test.each<[string, (listed: ClusterDatabase) => void]>([
  ['is Active-Active', (listed) => Object.assign(listed, { isActiveActive: true })],
  ['has its default user turned off', (listed) => Object.assign(listed, { hasDefaultUser: false })],
])('changes nothing if the database %s', async (reason, make) => {
  await using world = await openWithDefaultUser();
  make(world.listed);
  const answers = answersIn(await observe(world, DEFAULT_TRIALS));
  expect(answers['default-find']).toContain(reason);
  expect(world.api.calls.filter(({ path }) => path.endsWith('/passwords'))).toEqual([]);
});

test('changes nothing if the database asks for no password', async () => {
  await using world = await openWithDefaultUser();
  await setDefaultUser(world.listed, []);
  const { rows } = await observe(world, DEFAULT_TRIALS);
  expect(rows.find(({ id }) => id === 'default-protected')?.verdict).toBe('differs');
  const changes = world.api.calls.filter(({ path }) => path.endsWith('/passwords'));
  expect(changes).toEqual([]);
  expect(world.listed.user.passwords).toEqual([]);
});

test('changes nothing if the cluster lists two databases at the endpoint', async () => {
  await using world = await openWithDefaultUser();
  world.cluster.databases.push({ ...world.listed, uid: 2 });
  const answers = answersIn(await observe(world, DEFAULT_TRIALS));
  expect(answers['default-find']).toMatch(/^differs: no: .*lists 2 databases/);
  expect(world.api.calls.filter(({ path }) => path.endsWith('/passwords'))).toEqual([]);
});

test('the command exits with 1 and a hint after a deletion that leaves no password', async () => {
  await using world = await openWithDefaultUser();
  world.listed.options.deletesAll = true;
  const endpoint = `127.0.0.1:${world.database.port}`;
  const { code, err } = await runOn(world, '--default-user', endpoint).ended;
  expect(code).toBe(1);
  expect(err).toContain(`database_unprotected: a DELETE left the database ${endpoint} without`);
  expect(err).toMatch(/random passwords of the default user may be left\nhint: /);
});

test('a run that ends early prints one JSON document, with the answers and the error', async () => {
  await using world = await openWithDefaultUser();
  world.listed.options.deletesAll = true;
  const endpoint = `127.0.0.1:${world.database.port}`;
  const { out } = await runOn(world, '--default-user', endpoint, '--json').ended;
  const { rows, ended, error, ...left } = JSON.parse(out);
  expect(rows.length).toBeGreaterThan(0);
  expect(error).toMatchObject({ code: 'database_unprotected', message: ended });
  expect(left).toEqual({ left: [], leftPasswords: expect.any(Number) });
});
