import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { moveLabel } from '../sandbox/aws/secret-store.ts';
import { makeSecret, putParameters } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  labels,
  openScenario,
  reconcile,
  type Scenario,
  type ScenarioOptions,
  stageToken,
} from '../support/scenario.ts';

type Refusal = { code: string; message: string };

/** Runs createSecret and expects it to be refused with nothing changed anywhere. */
async function expectRefused(world: Scenario, step = 'createSecret'): Promise<Refusal> {
  const token = stageToken(world);
  const before = { labels: labels(world), passwords: world.user.passwords };
  const refusal = await callStep(world, step, token).then(
    () => expect.unreachable('the step was not refused'),
    (error: Refusal) => error,
  );
  expect({ labels: labels(world), passwords: world.user.passwords }).toEqual(before);
  expect(world.api.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(refusal.message).toMatch(/; hint: ./);
  expect(JSON.stringify(refusal) + refusal.message).not.toContain(FIRST_PASSWORD);
  return refusal;
}

const HOST = '127.0.0.1';

type ValueCase = [sentence: string, value: Record<string, unknown>, says: string];

const VALUES: ValueCase[] = [
  ['without a username', { username: undefined }, 'username is absent'],
  [
    'of the default user',
    { username: 'default' },
    'username is another string, allowed is the name of a user, and not "default"',
  ],
  ['with a username of another type', { username: 7 }, 'username is another number'],
  ['with characters that no user name has', { username: 'a"b' }, 'username is another string'],
  ['with a password of another type', { password: ['x'] }, 'password is another list'],
  ['with an empty password', { password: '' }, 'password is another string'],
  ['with a password of null', { password: null }, 'password is another object'],
  ['with a host of another type', { host: {} }, 'host is another object'],
  ['with a host that is a URL', { host: 'https://x.test' }, 'host is another string'],
  ['with a host and no port', { port: undefined }, 'one of host and port is absent'],
  ['with a port and no host', { host: undefined }, 'one of host and port is absent'],
  ['with a port out of range', { port: 70_000 }, 'port is another number'],
  ['with endpoints of another type', { endpoints: 'x:1' }, 'endpoints is another string'],
  [
    'with an endpoint without a port',
    { endpoints: [`${HOST}:1`, HOST] },
    'endpoints is another list',
  ],
  ['with ssl of another type', { ssl: 'no' }, 'ssl is another string'],
  ['with an email of another shape', { email: 'orders' }, 'email is another string'],
  ['with a login of another name', { login: 'root' }, 'login is another string'],
  ['with an empty list of clusters', { clusters: [] }, 'clusters is another list'],
  ['with clusters of another type', { clusters: 'eu' }, 'clusters is another string'],
  ['of another engine', { engine: 'redis' }, 'engine is another string'],
];

test.each(VALUES)('a value %s is refused by name', async (_sentence, value, says) => {
  await using world = await openScenario({ value, database: 'built-in' });
  const refusal = await expectRefused(world);
  expect(refusal.code).toBe('secret_value_invalid');
  expect(refusal.message).toContain(says);
});

test.each([
  ['is not JSON', `{ "password": "${FIRST_PASSWORD}"`],
  ['is a list', `["${FIRST_PASSWORD}"]`],
  ['is a string', `"${FIRST_PASSWORD}"`],
  ['is nothing', 'null'],
])('a value that %s is refused and not echoed', async (_sentence, SecretString) => {
  await using world = await openScenario({ database: 'built-in' });
  const { secretsManager, arn } = world;
  await secretsManager.send(new PutSecretValueCommand({ SecretId: arn, SecretString }));
  const refusal = await expectRefused(world);
  expect(refusal.message).toContain('secret value: it is not a JSON object');
});

test('a binary value is refused', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const { secretsManager, arn } = world;
  const SecretBinary = Buffer.from(JSON.stringify({ username: 'orders' }));
  await secretsManager.send(new PutSecretValueCommand({ SecretId: arn, SecretBinary }));
  expect((await expectRefused(world)).message).toContain('it is binary');
});

test('a value that a longer password would make too large is refused', async () => {
  const empty = { username: 'orders', password: FIRST_PASSWORD, note: '' };
  const note = 'x'.repeat(65_530 - JSON.stringify(empty).length);
  await using world = await openScenario({
    value: { note, host: undefined, port: undefined },
    database: 'built-in',
  });
  expect((await expectRefused(world)).message).toMatch(/has 655\d\d bytes/);
});

type BindingCase = [sentence: string, options: ScenarioOptions, code: string];

const BINDINGS: BindingCase[] = [
  ['no user tag in admin mode', { userTag: undefined }, 'user_tag_mismatch'],
  ['the tag of another user in admin mode', { userTag: 'billing' }, 'user_tag_mismatch'],
  [
    'the tag of another user in self mode',
    { userTag: 'billing', login: 'self' },
    'user_tag_mismatch',
  ],
  ['a username changed by hand', { value: { username: 'billing' } }, 'user_tag_mismatch'],
  ['a host that is not the cluster', { value: { host: 'evil.test' } }, 'host_not_allowed'],
  [
    'such an endpoint',
    { value: { endpoints: ['redis.sandbox.test.evil.test:1'] } },
    'host_not_allowed',
  ],
  [
    'a cluster that is not configured',
    { value: { clusters: ['us'] } },
    'cluster_parameter_invalid',
  ],
  [
    'admin mode without an admin',
    { login: 'self', value: { login: 'admin' } },
    'admin_secret_invalid',
  ],
];

test.each(BINDINGS)('a secret with %s is refused', async (_sentence, options, code) => {
  await using world = await openScenario({ ...options, database: 'built-in' });
  expect((await expectRefused(world)).code).toBe(code);
  expect(world.api.calls).toEqual([]);
});

test.each([
  '127.0.0.1',
  'redis-1.db.test',
  'REDIS-2.DB.TEST',
])('database-hosts allows %s', async (host) => {
  const value = { endpoints: [`${host}:1`] };
  await using world = await openScenario({ value, database: 'built-in' });
  await putParameters(world, { 'database-hosts': '127.0.0.1, .db.test' });
  await expect(callStep(world, 'createSecret', stageToken(world))).resolves.toBeUndefined();
});

type Change = [sentence: string, change: (value: Record<string, unknown>) => object, field: string];

const CHANGES: Change[] = [
  ['changes the host', (value) => ({ ...value, host: 'localhost' }), 'host'],
  ['changes the username', (value) => ({ ...value, username: 'billing' }), 'username'],
  ['adds a field', (value) => ({ ...value, note: 1 }), 'another field'],
  ['adds __proto__', (value) => ({ ...value, ...JSON.parse('{"__proto__":{}}') }), 'another field'],
  ['drops a field', ({ port: _, host: __, ...value }) => value, 'host'],
];

test.each(
  CHANGES,
)('a pending value that %s is refused before the cluster', async (_, change, field) => {
  await using world = await openScenario({ database: 'built-in' });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  world.store.write(world.arn, (secret) => {
    const version = secret.versions.get(token);
    if (version?.value === undefined || !('SecretString' in version.value)) throw new Error();
    const changed = change(JSON.parse(version.value.SecretString));
    version.value = { SecretString: JSON.stringify(changed) };
  });
  await expect(callStep(world, 'setSecret', token)).rejects.toMatchObject({
    code: 'secret_value_changed',
    message: expect.stringContaining(`${field} differs`),
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(world.api.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('an AWSCURRENT that the database refuses is not tried on the API in self mode', async () => {
  await using world = await openScenario({ login: 'self' });
  world.user.passwords = ['reset-by-an-administrator'];
  await world.database.setUser(world.user);
  const refusal = await expectRefused(world);
  expect(refusal.code).toBe('current_password_refused');
  expect(refusal.message).toContain('refused the password of AWSCURRENT; hint: put the valid');
  expect(world.api.calls).toEqual([]);
});

test('in admin mode a rotation mends an AWSCURRENT that is refused', async () => {
  await using world = await openScenario();
  world.user.passwords = ['reset-by-an-administrator'];
  await world.database.setUser(world.user);
  const token = stageToken(world);
  for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
    await callStep(world, step, token);
  }
  await expect(reconcile(world)).resolves.toEqual({ live: 2, deleted: 0 });
});

test('a rotation is refused while a secret has room for fewer than 4 labels', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.store.write(world.arn, (secret) => {
    const [version] = secret.versions.keys();
    for (let index = 0; index < 15; index += 1) moveLabel(secret, `mine-${index}`, version);
  });
  const refusal = await expectRefused(world);
  expect(refusal).toMatchObject({ code: 'labels_exhausted' });
  expect(refusal.message).toContain('room for 3 more of 20');
});

test.each([
  ['not JSON', 'not-json'],
  ['without a password', { username: 'admin@sandbox.test' }],
  ['without a name', { password: 'some-password' }],
])('an admin secret that is %s is refused by name', async (_sentence, value) => {
  await using world = await openScenario({ database: 'built-in' });
  const arn = await makeSecret(world, 'another-admin', value);
  await putParameters(world, { 'admin-secret-arn': arn });
  const refusal = await expectRefused(world);
  expect(refusal.code).toBe('admin_secret_invalid');
  expect(refusal.message).toContain('in the admin secret is not');
});
