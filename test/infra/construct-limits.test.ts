import { Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { API, HOST, ORDERS, propsOf } from './rotation-template.ts';
import { ofType, synthesise, type Template } from './template.ts';

// Limits of IAM and CloudFormation.
const POLICY_MAX_CHARACTERS = 6_144;
const POLICIES_PER_ROLE_MAX = 10;
const RESOURCES_MAX = 500;
const OUTPUTS_MAX = 200;
const TEMPLATE_MAX_BYTES = 1_000_000;
const SECRETS_PER_STATEMENT_MAX = 50;

// The longest partition and region, and the suffixes of CloudFormation and Secrets Manager.
const SECRET_ARN_PREFIX = 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:';
const SECRET_ARN_SUFFIX = '-123456789012-a1b2c3';
const KEY_ARN = `arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/${'x'.repeat(36)}`;

/** Returns the characters of a policy in which ARNs replace the references. */
function sizeOf(template: Template, document: unknown): number {
  const text = JSON.stringify(document).replace(
    /\{"(Ref|Fn::GetAtt)":\[?"(\w+)"[^}]*\}/g,
    (...found) => {
      const resource = template.resources[found[2]];
      if (resource?.Type === 'AWS::KMS::Key') return `"${KEY_ARN}"`;
      const name = resource?.Properties.Name ?? found[2];
      return `"${SECRET_ARN_PREFIX}${name}${SECRET_ARN_SUFFIX}"`;
    },
  );
  return text.length;
}

/** Returns the most managed policies that a role has. */
function mostPolicies(template: Template): number {
  const roles = ofType(template, 'AWS::IAM::ManagedPolicy').map(({ Properties }) =>
    JSON.stringify(Properties.Roles),
  );
  return Math.max(...roles.map((role) => roles.filter((one) => one === role).length));
}

/** Expects a template within the limits, and returns the most managed policies of a role. */
function expectWithinLimits(template: Template): number {
  expect(Object.keys(template.resources).length).toBeLessThanOrEqual(RESOURCES_MAX);
  expect(Object.keys(template.outputs).length).toBeLessThanOrEqual(OUTPUTS_MAX);
  expect(template.bytes).toBeLessThanOrEqual(TEMPLATE_MAX_BYTES);
  expect(mostPolicies(template)).toBeLessThanOrEqual(POLICIES_PER_ROLE_MAX);
  for (const { Properties } of ofType(template, 'AWS::IAM::ManagedPolicy')) {
    const size = sizeOf(template, Properties.PolicyDocument);
    expect(size).toBeLessThanOrEqual(POLICY_MAX_CHARACTERS);
    const document = Properties.PolicyDocument as { Statement: { Resource: unknown }[] };
    for (const { Resource } of document.Statement) {
      expect([Resource].flat().length).toBeLessThanOrEqual(SECRETS_PER_STATEMENT_MAX);
    }
  }
  return mostPolicies(template);
}

function withUsers(
  users: number,
  add: (rotation: RedisEnterpriseRotation, id: string, stack: Construct) => void,
): Template {
  return synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
    for (let user = 1; user <= users; user += 1) add(rotation, `User${user}`, stack);
  });
}

const orders = (username: string) => ({ ...ORDERS, username });

const USERS = [1, 50, 51, 100];

test.each(USERS)('%i users keep within the limits of AWS', (users) => {
  expectWithinLimits(withUsers(users, (rotation, id) => rotation.adoptUser(orders(id))));
});

test.each(USERS)('%i users with a key each keep within the limits of AWS', (users) => {
  const template = withUsers(users, (rotation, id, stack) => {
    const arn = `${KEY_ARN.slice(0, -id.length)}${id}`;
    rotation.adoptUser({ ...orders(id), encryptionKey: Key.fromKeyArn(stack, `${id}Key`, arn) });
  });
  expectWithinLimits(template);
});

test.each([15, 20])('%i secrets with the longest names keep within the limits of AWS', (users) => {
  const template = withUsers(users, (rotation, id, stack) => {
    const secretName = `${id}-`.padEnd(512, 'x');
    const encryptionKey = new Key(stack, `${id}Key`);
    const secret = new Secret(stack, id, { secretName, encryptionKey }) as ISecret;
    rotation.addSecret(id, secret, orders(id));
  });
  expect(expectWithinLimits(template)).toBeGreaterThan(2);
});

test('100 imported secrets with usual names need at most six policies', () => {
  const template = withUsers(100, (rotation, id, stack) => {
    const arn =
      `${SECRET_ARN_PREFIX}team/production/redis/${id}-${id.padEnd(6, 'x').slice(-6)}`.replace(
        'us-gov-west-1',
        'eu-west-1',
      );
    rotation.addSecret(id, Secret.fromSecretCompleteArn(stack, id, arn), orders(id));
  });
  expect(expectWithinLimits(template)).toBeLessThanOrEqual(6);
});

test('the construct rejects secrets that do not fit into the policies of a role', () => {
  const build = () =>
    withUsers(100, (rotation, id, stack) => {
      const secretName = `${id}-`.padEnd(512, 'x');
      rotation.addSecret(id, new Secret(stack, id, { secretName }) as ISecret, orders(id));
    });
  expect(build).toThrow(/must fit into 8 managed policies, .*; hint: create a second/);
});

test('20 clusters and 90 users with a key each keep within the limits of AWS', () => {
  const template = synthesise((stack) => {
    const clusters = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => {
        const encryptionKey = new Key(stack, `Key${index}`);
        const adminSecret = new Secret(stack, `Admin${index}`, { encryptionKey }) as ISecret;
        const databaseHosts = [index === 0 ? HOST : `${index}.example.com`];
        return [`cluster-${index}`, { apiEndpoints: [API], adminSecret, databaseHosts }];
      }),
    );
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', { clusters });
    for (let user = 1; user <= 90; user += 1) {
      const arn = `${KEY_ARN.slice(0, -2)}${String(user).padStart(2, '0')}`;
      const encryptionKey = Key.fromKeyArn(stack, `User${user}Key`, arn);
      rotation.adoptUser({ ...orders(`user${user}`), encryptionKey });
    }
  });
  expectWithinLimits(template);
});

test('the construct rejects the 101st user', () => {
  const build = () => withUsers(101, (rotation, id) => rotation.adoptUser(orders(id)));
  expect(build).toThrow(/must have at most 100 secrets, .*; hint: create a second/);
});
