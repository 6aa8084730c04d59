import { expect, test } from 'vitest';
import { resolveAccounts } from '../../lambda/cluster/accounts.ts';
import { type Cluster, parseClusters } from '../../lambda/cluster/parameters.ts';
import { toRotationError } from '../../lambda/errors.ts';
import { USER_TAG } from '../../lambda/names.ts';
import { changedField, parseSecretValue, withPassword } from '../../lambda/secret/value.ts';

const parse = (value: object) => parseSecretValue(JSON.stringify({ username: 'orders', ...value }));

test('a number that JavaScript cannot hold is carried over to the letter', () => {
  const text =
    '{"username":"orders","id":12345678901234567890,"rate":1e400,"port":6379.0,"host":"h"}';
  const value = parseSecretValue(text);
  expect(value.endpoints).toEqual([{ host: 'h', port: 6379 }]);
  expect(withPassword(value, 'x')).toBe(`${text.slice(0, -1)},"password":"x"}`);
  const other = parseSecretValue(text.replace('67890', '67891'));
  expect(changedField(value, other)).toBe('another field');
});

test('a field named like a prototype is a field like any other', () => {
  const text = '{"username":"orders","__proto__":{"x":1},"constructor":"c"}';
  expect(withPassword(parseSecretValue(text), 'x')).toBe(`${text.slice(0, -1)},"password":"x"}`);
  expect(changedField(parse({}), parseSecretValue(text))).toBe('another field');
});

test('what the console writes as text is taken for a port and for ssl', () => {
  expect(parse({ host: 'h', port: '12000', ssl: 'false' })).toMatchObject({
    endpoints: [{ host: 'h', port: 12_000 }],
    ssl: false,
  });
  expect(parse({ ssl: 'true' }).ssl).toBe(true);
});

test('endpoints are added to host and port, IPv6 in brackets', () => {
  const value = parse({ host: 'a', port: 1, endpoints: ['b.test:2', '[::1]:3'] });
  expect(value.endpoints).toEqual([
    { host: 'a', port: 1 },
    { host: 'b.test', port: 2 },
    { host: '::1', port: 3 },
  ]);
});

test('the email is the login to the API, the name that to the database', () => {
  expect(parse({ email: 'orders@example.com' })).toMatchObject({
    username: 'orders',
    apiLoginName: 'orders@example.com',
  });
  expect(parse({}).apiLoginName).toBe('orders');
});

test('a value over 64 KiB is refused as it is read', () => {
  expect(() => parse({ note: 'x'.repeat(65_536) })).toThrow(
    /it has 65\d\d\d bytes, allowed are 65536/,
  );
});

const CLUSTER: Cluster = {
  name: 'eu',
  apiEndpoints: ['https://redis.test:9443'],
  caCertificate: undefined,
  serverName: undefined,
  adminSecretArn: undefined,
  clientCertificateSecretArn: undefined,
  databaseHosts: ['redis.test', '.redis.test'],
};

test.each([
  ['redis.test', true],
  ['db.redis.test', true],
  ['DB.Redis.Test', true],
  ['evilredis.test', false],
  ['redis.test.evil.test', false],
  ['test', false],
])('a database at %s is allowed under redis.test: %s', (host, isAllowed) => {
  const accounts = () => resolveAccounts(parse({ host, port: 1 }), [CLUSTER], new Map());
  if (isAllowed) expect(accounts()[0]?.endpoints).toEqual([{ host, port: 1 }]);
  else expect(accounts).toThrow('is not allowed');
});

test('login is self where it is asked for, else admin where there is one', () => {
  const cluster = { ...CLUSTER, adminSecretArn: 'arn' };
  const tags = new Map([[USER_TAG, 'orders']]);
  const adminOf = (value: object) => resolveAccounts(parse(value), [cluster], tags)[0]?.admin;
  const admin = { secretArn: 'arn' };
  expect([adminOf({}), adminOf({ login: 'admin' }), adminOf({ login: 'self' })]).toEqual([
    admin,
    admin,
    undefined,
  ]);
});

test('a name with a colon is refused where it would have to log in to the API', () => {
  const value = { username: 'svc:orders', host: 'redis.test', port: 1 };
  const cluster = { ...CLUSTER, adminSecretArn: 'arn' };
  const tags = new Map([[USER_TAG, 'svc:orders']]);
  expect(() => resolveAccounts(parse(value), [CLUSTER], tags)).toThrow('username has a colon');
  expect(resolveAccounts(parse(value), [cluster], tags)).toHaveLength(1);
  expect(resolveAccounts(parse({ ...value, email: 'o@x.test' }), [CLUSTER], tags)).toHaveLength(1);
});

test("a bug's message is dropped, and its stack is kept", () => {
  const error = toRotationError(new TypeError('the password is hunter22'));
  expect(error).toMatchObject({ code: 'unexpected', cause: { name: 'TypeError' } });
  expect(`${error.message} ${error.stack}`).not.toContain('hunter22');
  expect(error.stack).toMatch(/\n +at .*value\.test/);
});

test("by default the databases are at the API's hosts, at server-name and under them", () => {
  const parameters = new Map([
    ['api-endpoints', 'https://redis.test:9443, https://[::1]:9443'],
    ['server-name', 'cluster.test'],
  ]);
  const [cluster] = parseClusters(
    { clusters: new Map([['eu', parameters]]), listed: undefined },
    undefined,
  );
  expect(cluster?.apiEndpoints).toEqual(['https://redis.test:9443', 'https://[::1]:9443']);
  expect(cluster?.databaseHosts).toEqual([
    'redis.test',
    '.redis.test',
    '::1',
    '.::1',
    'cluster.test',
    '.cluster.test',
  ]);
});
