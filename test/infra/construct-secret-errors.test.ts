import { Stack } from 'aws-cdk-lib';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { RotatedSecret } from '../../infra/construct/secrets/rotated-secret.ts';
import {
  ADMIN,
  type Addition,
  API,
  BILLED,
  BILLING,
  imported,
  ORDERS,
  propsOf,
  withRotation,
} from './rotation-template.ts';
import { synthesise } from './template.ts';

const PARTIAL = BILLING.replace('-d4e5f6', '');
const OTHER_ACCOUNT = '210987654321';

/** Returns a new secret in a stack of another account or Region. */
const secretIn = (scope: Construct, env: { account: string; region: string }) =>
  new Secret(new Stack(scope.node.root as Construct, 'Elsewhere', { env }), 'Away') as ISecret;

const INVALID_SECRETS: [error: string, add: Addition][] = [
  [
    'must be known by its complete ARN',
    (r, s) => r.addSecret('X', Secret.fromSecretNameV2(s, 'Name', 'x'), BILLED),
  ],
  [
    'must be known by its complete ARN',
    (r, s) => r.addSecret('X', Secret.fromSecretPartialArn(s, 'Part', PARTIAL), BILLED),
  ],
  [
    'must be known by its complete ARN',
    (_, s) => {
      const secret = Secret.fromSecretPartialArn(s, 'Part', PARTIAL);
      const rotated = new RotatedSecret(s, 'X', secret);
      rotated.onRotated('X', { target: new SnsTopic(new Topic(s, 'Topic')) });
    },
  ],
  [
    'must be in eu-west-1, got one in us-east-1',
    (r, s) => r.addSecret('X', imported(s, BILLING.replace('eu-west-1', 'us-east-1')), BILLED),
  ],
  [
    "secret 'Away' must be in eu-west-1, got one in us-east-1",
    (r, s) =>
      r.addSecret('X', secretIn(s, { account: '123456789012', region: 'us-east-1' }), BILLED),
  ],
  [
    `secret 'Away' must be in 123456789012, got one in ${OTHER_ACCOUNT}`,
    (r, s) =>
      r.addSecret('X', secretIn(s, { account: OTHER_ACCOUNT, region: 'eu-west-1' }), BILLED),
  ],
  [
    `must be in 123456789012, got one in ${OTHER_ACCOUNT}`,
    (r, s) => r.addSecret('X', imported(s, BILLING.replace('123456789012', OTHER_ACCOUNT)), BILLED),
  ],
  [
    "a secret must be rotated once, got secret 'Again' again; hint: add it once",
    (r, s) => {
      r.addSecret('Billing', imported(s, BILLING), BILLED);
      r.addSecret('Again', imported(s, BILLING), { schedule: BILLED.schedule });
    },
  ],
  [
    "a secret must be rotated once, got secret 'Billing' also in 'Test/Rotation'",
    (r, s) => {
      r.addSecret('Billing', imported(s, BILLING), BILLED);
      const second = new RedisEnterpriseRotation(s, 'Second', propsOf(s));
      second.addSecret('Billing', imported(s, BILLING), BILLED);
    },
  ],
  [
    "username 'orders' must have one secret, got user 'orders' and user 'orders'; two secrets " +
      "delete each other's passwords; hint: keep one, with all its clusters in clusters",
    (r) => r.adoptUser({ ...ORDERS, endpoints: [{ host: 'redis.eu.example.com', port: 1 }] }),
  ],
  [
    "username 'orders' must have one secret, got user 'orders' and secret 'Billing'",
    (r, s) => r.addSecret('Billing', imported(s, BILLING), { ...BILLED, username: 'orders' }),
  ],
  [
    "username 'billing' must have one secret, got secret 'Billing' and user 'billing'",
    (r, s) => {
      r.addSecret('Billing', imported(s, BILLING), BILLED);
      r.adoptUser({ ...ORDERS, username: 'billing' });
    },
  ],
  [
    "secret 'Billing' names the unknown cluster 'us'; known are: eu",
    (r, s) => r.addSecret('Billing', imported(s, BILLING), { ...BILLED, clusters: ['eu', 'us'] }),
  ],
  [
    "encryptionKey of secret 'Billing' must be a key, got an alias",
    (r, s) => {
      const encryptionKey = Alias.fromAliasName(s, 'Alias', 'alias/billing');
      const attributes = { secretCompleteArn: BILLING, encryptionKey };
      r.addSecret('Billing', Secret.fromSecretAttributes(s, 'Billing', attributes), BILLED);
    },
  ],
];

test.each(INVALID_SECRETS)('the construct rejects a secret with: %s', (error, add) => {
  expect(() => withRotation(undefined, add)).toThrow(error);
});

test('a secret of a cluster whose key is an alias is rejected', () => {
  const props = (stack: Construct) => {
    const encryptionKey = Alias.fromAliasName(stack, 'Alias', 'alias/admin');
    const attributes = { secretCompleteArn: ADMIN, encryptionKey };
    const adminSecret = Secret.fromSecretAttributes(stack, 'Admin', attributes);
    return { clusters: { eu: { apiEndpoints: [API], adminSecret } } };
  };
  expect(() => withRotation(props)).toThrow("encryptionKey of secret 'Admin' must be a key");
});

test('secrets of unknown accounts and Regions are accepted', () => {
  const build = () =>
    synthesise((stack) => {
      const agnostic = new Stack(stack.node.root as Construct, 'Agnostic');
      const rotation = new RedisEnterpriseRotation(agnostic, 'Rotation', propsOf(agnostic));
      rotation.addSecret('Billing', imported(agnostic, BILLING), BILLED);
    });
  expect(build).not.toThrow();
});
