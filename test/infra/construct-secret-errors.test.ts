import { Lazy } from 'aws-cdk-lib';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import {
  ADMIN,
  type Addition,
  API,
  BILLED,
  BILLING,
  imported,
  ORDERS,
  withRotation,
} from './rotation-template.ts';
import { synthesise } from './template.ts';

const PARTIAL = BILLING.replace('-d4e5f6', '');

const adopted =
  (props: object): Addition =>
  (rotation) =>
    rotation.adoptUser('X', { ...ORDERS, ...props });

const INVALID_SECRETS: [error: string, add: Addition][] = [
  [
    'must be known by its complete ARN',
    (r, s) => r.addSecret('X', Secret.fromSecretNameV2(s, 'Name', 'x'), ORDERS),
  ],
  [
    'must be known by its complete ARN',
    (r, s) => r.addSecret('X', Secret.fromSecretPartialArn(s, 'Part', PARTIAL), ORDERS),
  ],
  [
    'must be known by its complete ARN',
    (r, s) => {
      const secret = Secret.fromSecretPartialArn(s, 'Part', PARTIAL);
      r.onRotated('X', { secret, target: new SnsTopic(new Topic(s, 'Topic')) });
    },
  ],
  [
    'must be in eu-west-1, got one in us-east-1',
    (r, s) => r.addSecret('X', imported(s, BILLING.replace('eu-west-1', 'us-east-1')), ORDERS),
  ],
  [
    "must be added once, got it again with 'Again'",
    (r, s) => {
      const secret = imported(s, BILLING);
      r.addSecret('Billing', secret, BILLED);
      r.addSecret('Again', secret, BILLED);
    },
  ],
  [
    'must be in 123456789012, got one in 210987654321',
    (r, s) =>
      r.addSecret('X', imported(s, BILLING.replace('123456789012', '210987654321')), ORDERS),
  ],
  [
    "user 'orders' already has a secret 'Orders' on every cluster, got 'X'; " +
      "two secrets delete each other's passwords; hint: keep one secret for each user",
    adopted({}),
  ],
  [
    "user 'orders' already has a secret 'Orders' on cluster 'eu', got 'X'",
    adopted({ fields: { clusters: ['eu'] } }),
  ],
  [
    "user 'orders' already has a secret 'Orders' on every cluster, got 'Billing'",
    (r, s) => r.addSecret('Billing', imported(s, BILLING), ORDERS),
  ],
  [
    "user 'billing' already has a secret 'Billing' on cluster 'us', got 'X'",
    (r, s) => {
      r.addSecret('Billing', imported(s, BILLING), { ...BILLED, clusters: ['eu', 'us'] });
      const other = imported(s, BILLING.replace('d4e5f6', 'e5f6a7'));
      r.addSecret('X', other, { ...BILLED, clusters: ['us', 'asia'] });
    },
  ],
];

test.each(INVALID_SECRETS)('the construct rejects a secret with: %s', (error, add) => {
  expect(() => withRotation(undefined, add)).toThrow(error);
});

test('the construct accepts a secret of one user for each of several clusters', () => {
  const cluster = (stack: Construct) => ({
    apiEndpoints: [API],
    adminSecret: imported(stack, ADMIN),
  });
  const build = () =>
    synthesise((stack) => {
      const clusters = { eu: cluster(stack), us: cluster(stack), asia: cluster(stack) };
      const rotation = new RedisEnterpriseRotation(stack, 'Rotation', { clusters });
      rotation.adoptUser('Eu', { ...ORDERS, fields: { clusters: ['eu'] } });
      rotation.adoptUser('Us', { ...ORDERS, fields: { clusters: ['us'] } });
      const asia = { ...ORDERS, clusters: ['asia'] };
      rotation.addSecret('Asia', imported(stack, BILLING), asia);
    });
  expect(build).not.toThrow();
});

const INVALID_USERS: [error: string, add: Addition][] = [
  ["rotateImmediately of 'X' must be true", adopted({ rotateImmediately: false })],
  ['synthesis, got a token', adopted({ host: Lazy.string({ produce: () => 'late' }) })],
  ['synthesis, got a token', adopted({ port: Lazy.number({ produce: () => 1 }) })],
  ['must not have a password', adopted({ fields: { password: 'x' } })],
  ['must not have a password', adopted({ fields: { old: { Password: 'x' } } })],
  ["host of 'X' must be a host name", adopted({ host: 'https://x' })],
  ["host of 'X' must be a host name", adopted({ host: '' })],
  ["must be one of its clusters' databaseHosts", adopted({ host: 'db.example.org' })],
  ["fields of 'X' are invalid: login is another string", adopted({ fields: { login: 'self' } })],
  ["fields of 'X' are invalid: ssl is another string", adopted({ fields: { ssl: 'maybe' } })],
  ["fields of 'X' are invalid: clusters is an empty list", adopted({ fields: { clusters: [] } })],
  ["fields of 'X' are invalid: engine is another string", adopted({ fields: { engine: 'redis' } })],
  [
    "fields of 'X' are invalid: endpoints is a list whose item",
    adopted({ fields: { endpoints: ['x:99999'] } }),
  ],
  [
    "fields of 'X' are invalid: endpoints is a list whose item",
    adopted({ fields: { endpoints: ['redis.eu.example.com'] } }),
  ],
  ["fields of 'X' are invalid: email is another string", adopted({ fields: { email: 'orders' } })],
  ["fields of 'X' must not have 'port'", adopted({ fields: { port: 1 } })],
  ["username of 'X' must be a name", adopted({ username: 'jürgen' })],
  [
    "username of 'Billing' must be a name",
    (r, s) => r.addSecret('Billing', imported(s, BILLING), { ...ORDERS, username: 'a&b' }),
  ],
  ["username of 'X' must be a name that a tag can hold", adopted({ username: 'default' })],
  ["username of 'X' must be a name that a tag can hold", adopted({ username: '' })],
  ["username of 'X' must be a name that a tag can hold", adopted({ username: 'a*b' })],
  ["port of 'X' must be 1 to 65535, got 0", adopted({ port: 0 })],
  ["port of 'X' must be 1 to 65535, got 0.5", adopted({ port: 0.5 })],
  ["port of 'X' must be 1 to 65535, got 65536", adopted({ port: 65_536 })],
  ['got none of us', adopted({ fields: { clusters: ['us'] } })],
];

test.each(INVALID_USERS)('the construct rejects a user with: %s', (error, add) => {
  expect(() => withRotation(undefined, add)).toThrow(error);
});
