import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { makeSecret, putParameters } from '../sandbox/setup.ts';
import { FIRST_PASSWORD, openScenario } from '../support/scenario.ts';
import { expectUnchanged } from './expect-unchanged.ts';

const HOST = '127.0.0.1';

const VALUES: [name: string, value: Record<string, unknown>, message: string][] = [
  ['without a username', { username: undefined }, 'username is absent'],
  [
    'with a username that looks like the tag of a default user',
    { username: 'default@127.0.0.1:6379' },
    'username is another string, allowed is the name of a user, which does not begin with default@',
  ],
  ['with a username of another type', { username: 7 }, 'username is another number'],
  ['with characters that no user name has', { username: 'a"b' }, 'username is another string'],
  ['with a password of another type', { password: ['x'] }, 'password is another list'],
  ['with an empty password', { password: '' }, 'password is an empty string'],
  [
    'with a password that has half a character',
    { password: 'pass-word-\ud800-1' },
    'password is a string that is not well-formed Unicode',
  ],
  ['with a password of null', { password: null }, 'password is null'],
  ['with a host of another type', { host: {} }, 'host is another object'],
  [
    'with a host that is a URL',
    { host: 'https://x.test' },
    'host is a string that looks like a URL',
  ],
  ['with a host and no port', { port: undefined }, 'one of host and port is absent'],
  ['with a port and no host', { host: undefined }, 'one of host and port is absent'],
  ['with a port out of range', { port: 70_000 }, 'port is another number'],
  ['with endpoints of another type', { endpoints: 'x:1' }, 'endpoints is a string, not a list'],
  [
    'with an endpoint without a port',
    { endpoints: [`${HOST}:1`, HOST] },
    'endpoints is a list whose item 2 is a host without a port',
  ],
  ['with ssl of another type', { ssl: 'no' }, 'ssl is another string'],
  ['with an email that is no address', { email: 'orders' }, 'email is another string'],
  ['with an unknown login', { login: 'root' }, 'login is another string'],
  ['with an empty list of clusters', { clusters: [] }, 'clusters is an empty list'],
  ['with clusters of another type', { clusters: 'eu' }, 'clusters is a string, not a list'],
  ['of another engine', { engine: 'redis' }, 'engine is another string'],
];

test.each(VALUES)('a value %s is invalid', async (_name, value, message) => {
  await using world = await openScenario({ value, database: 'built-in' });
  const failure = await expectUnchanged(world);
  expect(failure.code).toBe('secret_value_invalid');
  expect(failure.message).toContain(message);
});

test.each([
  ['is not JSON', `{ "password": "${FIRST_PASSWORD}"`],
  ['is a list', `["${FIRST_PASSWORD}"]`],
  ['is a string', `"${FIRST_PASSWORD}"`],
  ['is null', 'null'],
])('a value that %s is invalid, and the error does not repeat it', async (_name, SecretString) => {
  await using world = await openScenario({ database: 'built-in' });
  const { secretsManager, arn } = world;
  await secretsManager.send(new PutSecretValueCommand({ SecretId: arn, SecretString }));
  const failure = await expectUnchanged(world);
  expect(failure.message).toContain('secret value: it is not a JSON object');
});

test('a binary value is invalid', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const { secretsManager, arn } = world;
  const SecretBinary = Buffer.from(JSON.stringify({ username: 'orders' }));
  await secretsManager.send(new PutSecretValueCommand({ SecretId: arn, SecretBinary }));
  expect((await expectUnchanged(world)).message).toContain('it is binary');
});

test('a value that is too large with the new password is invalid', async () => {
  const empty = { username: 'orders', password: FIRST_PASSWORD, note: '' };
  const note = 'x'.repeat(65_530 - JSON.stringify(empty).length);
  await using world = await openScenario({
    value: { note, host: undefined, port: undefined },
    database: 'built-in',
  });
  expect((await expectUnchanged(world)).message).toMatch(/has 655\d\d bytes/);
});

test.each([
  ['is not JSON', 'not-json', 'password is absent'],
  ['has no password', { username: 'admin@sandbox.test' }, 'password is absent'],
  ['has no username', { password: 'some-password' }, 'username is absent'],
  [
    'has a space after username',
    { username: 'admin@sandbox.test ', password: 'some-password' },
    'username is a string that ends with a space',
  ],
  [
    'has a line break after email',
    { email: 'admin@sandbox.test\n', password: 'some-password' },
    'email is a string that ends with a space',
  ],
])('an administrator secret that %s is invalid', async (_name, value, message) => {
  await using world = await openScenario({ database: 'built-in' });
  const arn = await makeSecret(world, 'another-admin', value);
  await putParameters(world, { 'admin-secret-arn': arn });
  const failure = await expectUnchanged(world);
  expect(failure.code).toBe('admin_secret_invalid');
  expect(failure.message).toContain(`in the admin secret, ${message}`);
  expect(world.api.calls).toEqual([]);
});
