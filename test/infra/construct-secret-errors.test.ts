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

const MISTAKES: [error: string, add: Addition][] = [
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

test.each(MISTAKES)('the construct rejects a secret with: %s', (error, add) => {
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
