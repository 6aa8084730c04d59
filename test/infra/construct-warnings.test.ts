import { Annotations } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import type { RedisEnterpriseRotationProps } from '../../infra/construct/props.ts';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import {
  ADMIN,
  type Addition,
  API,
  BILLED,
  BILLING,
  imported,
  ORDERS,
  propsOf,
} from './rotation-template.ts';
import { synthesise } from './template.ts';

/** Returns the warnings of a construct with what `add` adds. */
function warningsOf(
  add: Addition,
  props: (stack: Construct) => Partial<RedisEnterpriseRotationProps> = () => ({}),
): string {
  const warnings: string[] = [];
  synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack, props(stack)));
    add(rotation, stack);
    for (const { node } of stack.node.findAll()) {
      const found = node.metadata.filter(({ type }) => type === 'aws:cdk:warning');
      warnings.push(...found.map(({ data }) => String(data)));
    }
  });
  return warnings.join('\n');
}

const own = (stack: Construct) => new Secret(stack, 'Own') as ISecret;
const other = (stack: Construct) =>
  Secret.fromSecretCompleteArn(stack, 'Other', BILLING.replace('billing', 'other'));
const UNNAMED = { schedule: ORDERS.schedule };

test('users cause no warning', () => {
  expect(warningsOf((rotation) => rotation.adoptUser(ORDERS))).toBe('');
});

test('an added secret whose value CloudFormation writes causes a warning, if not acknowledged', () => {
  const add: Addition = (rotation, stack) => rotation.addSecret('Own', own(stack), BILLED);
  expect(warningsOf(add)).toMatch(
    /^CloudFormation writes the value of secret 'Own' .* if generateSecretString changes; hint/,
  );
  const acknowledged = warningsOf((rotation, stack) => {
    const secret = own(stack);
    rotation.addSecret('Own', secret, BILLED);
    Annotations.of(secret).acknowledgeWarning('redis-enterprise-rotation:value');
  });
  expect(acknowledged).toBe('');
});

test('an imported secret causes a warning with the command that tags it', () => {
  const warnings = warningsOf((rotation, stack) =>
    rotation.addSecret('Billing', imported(stack, BILLING), BILLED),
  );
  expect(warnings).toContain(
    `tag-resource --secret-id ${BILLING} --tags 'Key=redis-enterprise-rotation:user,Value=billing'`,
  );
});

test('a secret without a username causes a warning if a cluster has an administrator', () => {
  const add: Addition = (rotation, stack) => rotation.addSecret('Billing', own(stack), UNNAMED);
  expect(warningsOf(add)).toContain(
    "secret 'Billing' has no username, and a cluster has an adminSecret",
  );
});

test('a secret of a cluster without an administrator causes no warning', () => {
  const clusters = (stack: Construct) => ({
    clusters: {
      eu: { apiEndpoints: [API], adminSecret: imported(stack, ADMIN) },
      us: { apiEndpoints: [API] },
    },
  });
  const onCluster = (name: string) =>
    warningsOf((rotation, stack) => {
      rotation.addSecret('Billing', other(stack), { ...UNNAMED, clusters: [name] });
    }, clusters);
  expect(onCluster('us')).toBe('');
  expect(onCluster('eu')).toContain('hint: set username');
});

test.each([
  ['billing-secret', true],
  ['billing-654321', true],
  ['billing-d4e5f6', false],
  ['billing-secret-d4e5f6', false],
])('an ARN that ends in %s causes a warning: %s', (name, isWarned) => {
  const arn = `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}`;
  const warnings = warningsOf((rotation, stack) =>
    rotation.addSecret('Billing', Secret.fromSecretCompleteArn(stack, 'Billing', arn), BILLED),
  );
  expect(warnings.includes(`may end in its name '${name}'`)).toBe(isWarned);
});
