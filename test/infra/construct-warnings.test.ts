import { Annotations } from 'aws-cdk-lib';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import type { RedisEnterpriseRotationProps } from '../../infra/construct/props/props.ts';
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
  withRotation,
} from './rotation-template.ts';
import { ofType, showValue, synthesise } from './template.ts';

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

test('a value that CloudFormation writes causes a warning, unless it is acknowledged', () => {
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

test('a user of one cluster in two constructs of an app causes a warning', () => {
  const beside = (apiEndpoint: string) =>
    warningsOf((rotation, stack) => {
      const eu = { apiEndpoints: [apiEndpoint], adminSecret: imported(stack, ADMIN) };
      const second = new RedisEnterpriseRotation(stack, 'Second', { clusters: { eu } });
      for (const one of [rotation, second]) one.adoptUser(ORDERS);
    });
  expect(beside(API)).toContain(
    `username 'orders' of ${API} rotates in 'Test/Rotation' and in 'Test/Second': two secrets`,
  );
  expect(beside(API.replace('9443', '9444'))).toBe('');
});

test('the construct attaches no policy to a role that takes none, and warns', () => {
  const assumedBy = new ServicePrincipal('lambda.amazonaws.com');
  const roles: ((stack: Construct) => IRole)[] = [
    (stack) => new Role(stack, 'Own', { assumedBy }).withoutPolicyUpdates(),
    (stack) => Role.fromRoleName(stack, 'Name', 'rotation', { mutable: false }),
  ];
  for (const role of roles) {
    const template = withRotation((stack) => ({ role: role(stack) }));
    const policies = ofType(template, 'AWS::IAM::ManagedPolicy');
    const attached = policies.map(({ Properties }) => showValue(template, Properties.Roles));
    expect(attached.filter((name) => /Own|rotation/.test(name))).toEqual([]);
    const warnings = warningsOf(
      () => undefined,
      (stack) => ({ role: role(stack) }),
    );
    expect(warnings).toContain('takes no policies, so the construct attaches none; hint: attach');
  }
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
