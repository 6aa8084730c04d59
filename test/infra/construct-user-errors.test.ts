import { Duration, Lazy, RemovalPolicy, Token } from 'aws-cdk-lib';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import type { AdoptUserProps } from '../../infra/construct/redis-enterprise-rotation.ts';
import { BILLING, HOST, imported, ORDERS, withRotation } from './rotation-template.ts';

type Changed = { [prop in keyof AdoptUserProps]?: unknown };

const at = (host: string, port = 12_000) => ({ endpoints: [{ host, port }] });
const ALIAS = 'arn:aws:kms:eu-west-1:123456789012:alias/orders';

const CIRCULAR: { self?: object } = {};
CIRCULAR.self = CIRCULAR;

const INVALID_USERS: [error: string, props: Changed | ((stack: Construct) => Changed)][] = [
  ["endpoints of user 'carts' must be 1 to 16, got 0", { endpoints: [] }],
  ['must be 1 to 16, got 17', { endpoints: Array(17).fill({ host: HOST, port: 1 }) }],
  ["host of user 'carts' must be a host name", at('https://x')],
  ["host of user 'carts' must be a host name", at('')],
  [
    "host of user 'carts' must be a host name",
    { endpoints: [...at(HOST).endpoints, { host: '-', port: 1 }] },
  ],
  [
    "host of user 'carts' must be one of its clusters' databaseHosts, got 'db.example.org'",
    at('db.example.org'),
  ],
  [
    "must be one of its clusters' databaseHosts, got '10.0.0.1'",
    { endpoints: [...at(HOST).endpoints, ...at('10.0.0.1').endpoints] },
  ],
  ["port of user 'carts' must be 1 to 65535, got 0", at(HOST, 0)],
  ["port of user 'carts' must be 1 to 65535, got 0.5", at(HOST, 0.5)],
  ["port of user 'carts' must be 1 to 65535, got undefined", { endpoints: [{ host: HOST }] }],
  [
    "host of user 'carts' must be a text, got an element of a list token; hint: use Fn.select",
    { endpoints: Token.asList({ Ref: 'Hosts' }).map((host) => ({ host, port: 1 })) },
  ],
  ...Object.entries({
    'another string': 'abc',
    'a list': ['abc'],
    'another value in count': { count: 1n },
    'another value in tags.0': { tags: [new Date(0)] },
    'another value in self.self': { self: CIRCULAR },
    'another value in ratio': { ratio: Number.NaN },
    '70008 bytes': { x: 'a'.repeat(70_000) },
  }).map(([seen, extraFields]): [string, Changed] => [
    "extraFields of user 'carts' must be a plain object of JSON values, of at most 60000 bytes, " +
      `got ${seen}`,
    { extraFields },
  ]),
  ["port of user 'carts' must be 1 to 65535, got 65536", at(HOST, 65_536)],
  ["extraFields of user 'carts' must not have a password", { extraFields: { password: 'x' } }],
  ['must not have a password', { extraFields: { old: [{ Password: 'x' }] } }],
  ...[
    ...['username', 'Username', 'host', 'port', 'endpoints', 'ssl', 'email'],
    ...['login', 'clusters', 'engine'],
  ].map((field): [string, Changed] => [
    `extraFields of user 'carts' must not have '${field}'`,
    { extraFields: { [field]: 'x' } },
  ]),
  ["login of user 'carts' must be 'admin', got 'self'", { login: 'self' }],
  ["ssl of user 'carts' must be true or false, got 'false'", { ssl: 'false' }],
  ["email of user 'carts' must be an email address, got 'carts'", { email: 'carts' }],
  ["clusters of user 'carts' must name at least one cluster, got none", { clusters: [] }],
  ["user 'carts' names the unknown cluster 'us'; known are: eu", { clusters: ['eu', 'us'] }],
  ["username of user 'jürgen' must have only letters", { username: 'jürgen' }],
  [
    "username of user 'default' must have only letters, digits, spaces and . : / =",
    { username: 'default' },
  ],
  ["username of user '' must have only letters, digits, spaces and . : / =", { username: '' }],
  [
    "username of user 'a*b' must have only letters, digits, spaces and . : / =",
    { username: 'a*b' },
  ],
  ['must be known at synthesis, got a token', { username: Lazy.string({ produce: () => 'late' }) }],
  [
    "encryptionKey of user 'carts' must be a key, got an alias; hint: use Key.fromKeyArn",
    (stack) => ({ encryptionKey: Alias.fromAliasName(stack, 'Alias', 'alias/orders') }),
  ],
  [
    'must be a key, got an alias',
    (stack) => ({
      encryptionKey: new Alias(stack, 'Alias', {
        aliasName: 'x',
        targetKey: new Key(stack, 'Key'),
      }),
    }),
  ],
  [
    'must be a key, got an alias',
    (stack) => ({ encryptionKey: Key.fromKeyArn(stack, 'Key', ALIAS) }),
  ],
  [
    "secretName of user 'carts' must be absent with secret; hint: remove secretName",
    (stack) => ({ secret: imported(stack, BILLING), secretName: 'x' }),
  ],
  [
    'removalPolicy of',
    (stack) => ({ secret: imported(stack, BILLING), removalPolicy: RemovalPolicy.DESTROY }),
  ],
  [
    'encryptionKey of',
    (stack) => ({ secret: imported(stack, BILLING), encryptionKey: new Key(stack, 'Key') }),
  ],
  [
    'must be known by its complete ARN',
    (stack) => ({ secret: Secret.fromSecretNameV2(stack, 'Name', 'carts') }),
  ],
  [
    "secret of user 'carts' must be an imported secret, got one of this app with generateSecretStr",
    (stack) => ({ secret: new Secret(stack, 'Mine') }),
  ],
  [
    'got one of this app with secretString: a deployment can overwrite the password; hint: leave',
    (stack) => ({ secret: new Secret(stack, 'Mine', { secretObjectValue: {} }) }),
  ],
  ['a quarter of the overlap', { schedule: 'rate(1 day)' }],
  ["window of user 'carts' must be 1 to 24 whole hours", { window: Duration.hours(25) }],
];

test.each(INVALID_USERS)('the construct rejects a user with: %s', (error, props) => {
  const build = () =>
    withRotation(undefined, (rotation, stack) => {
      const changed = typeof props === 'function' ? props(stack) : props;
      rotation.adoptUser({ ...ORDERS, username: 'carts', ...changed } as AdoptUserProps);
    });
  expect(build).toThrow(error);
});
