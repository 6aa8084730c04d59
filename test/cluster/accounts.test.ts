import { expect, test } from 'vitest';
import { resolveAccounts } from '../../lambda/cluster/accounts.ts';
import { type Cluster, parseClusters } from '../../lambda/cluster/parameters.ts';
import { USER_TAG } from '../../lambda/names.ts';
import { parseSecretValue } from '../../lambda/secret/value.ts';

const parse = (value: object) => parseSecretValue(JSON.stringify({ username: 'orders', ...value }));

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
])('a database at %s is allowed below redis.test: %s', (host, isAllowed) => {
  const accounts = () => resolveAccounts(parse({ host, port: 1 }), [CLUSTER], new Map());
  if (isAllowed) expect(accounts()[0]?.endpoints).toEqual([{ host, port: 1 }]);
  else expect(accounts).toThrow('is not allowed');
});

test('the login is the administrator, unless the secret chooses self mode', () => {
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

test('a username with a colon is invalid if it has to log in to the REST API', () => {
  const value = { username: 'svc:orders', host: 'redis.test', port: 1 };
  const cluster = { ...CLUSTER, adminSecretArn: 'arn' };
  const tags = new Map([[USER_TAG, 'svc:orders']]);
  expect(() => resolveAccounts(parse(value), [CLUSTER], tags)).toThrow('username has a colon');
  expect(resolveAccounts(parse(value), [cluster], tags)).toHaveLength(1);
  expect(resolveAccounts(parse({ ...value, email: 'o@x.test' }), [CLUSTER], tags)).toHaveLength(1);
});

test('by default, databases are at or below the API hosts and server-name', () => {
  const parameters = new Map([
    ['api-endpoints', 'https://redis.test:9443, https://[::1]:9443'],
    ['server-name', 'cluster.test'],
  ]);
  const [cluster] = parseClusters(
    { clusters: new Map([['eu', parameters]]), listed: undefined, secureStrings: new Set() },
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

test('a default user whose login is a client certificate needs "login": "admin"', () => {
  const cluster = { ...CLUSTER, clientCertificateSecretArn: 'arn' };
  const tags = new Map([[USER_TAG, 'default@redis.test:1']]);
  const value = { username: 'default', host: 'redis.test', port: 1 };
  expect(() => resolveAccounts(parse(value), [cluster], tags)).toThrow('add "login": "admin"');
  const [account] = resolveAccounts(parse({ ...value, login: 'admin' }), [cluster], tags);
  expect(account?.admin).toEqual({ secretArn: undefined });
});
