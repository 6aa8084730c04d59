import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import {
  type Addition,
  BILLING,
  imported,
  ORDERS,
  propsOf,
  withRotation,
} from './rotation-template.ts';
import { ofType, synthesise } from './template.ts';

test('the secret of an adopted user is tagged, retained and rotated, and has no password', () => {
  const template = withRotation(undefined, (rotation) => {
    const fields = { endpoints: ['redis-2.redis.eu.example.com:12000'] };
    rotation.adoptUser('Carts', { ...ORDERS, username: 'carts', fields });
  });
  const { schedule, ...value } = ORDERS;
  const secrets = Object.values(template.resources).filter(
    ({ Type }) => Type === 'AWS::SecretsManager::Secret',
  );
  expect(secrets).toMatchObject([
    {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        SecretString: JSON.stringify(value),
        Tags: [{ Key: 'redis-enterprise-rotation:user', Value: 'orders' }],
      },
    },
    {
      Properties: {
        SecretString: JSON.stringify({
          endpoints: ['redis-2.redis.eu.example.com:12000'],
          ...value,
          username: 'carts',
        }),
      },
    },
  ]);
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')[0]?.Properties).toMatchObject({
    RotateImmediatelyOnUpdate: true,
    RotationRules: { ScheduleExpression: schedule },
  });
});

const CHANGES: [what: string, props: object][] = [
  ['host', { host: 'redis-2.redis.eu.example.com' }],
  ['port', { port: 12_001 }],
  ['username', { username: 'carts' }],
  ['field', { fields: { ssl: false, engine: 'redis-enterprise', owner: 'b' } }],
];

test.each(
  CHANGES,
)('another %s creates another secret, so no deployment overwrites a password', (_, props) => {
  const fields = { ssl: false, engine: 'redis-enterprise', owner: 'a' };
  const idOf = (more: object) => {
    const template = synthesise((stack) => {
      const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
      rotation.adoptUser('Orders', { ...ORDERS, fields, ...more });
    });
    const resources = Object.entries(template.resources);
    return resources.find(([, { Type }]) => Type === 'AWS::SecretsManager::Secret')?.[0];
  };
  const reordered = { owner: 'a', engine: 'redis-enterprise', ssl: false };
  expect(idOf({ fields: reordered })).toBe(idOf({}));
  expect(idOf(props)).not.toBe(idOf({}));
});

test('an imported secret causes a warning with the command that tags it', () => {
  const warningsOf = (add: Addition) => {
    const warnings: string[] = [];
    withRotation(undefined, (rotation, stack) => {
      add(rotation, stack);
      for (const { node } of stack.node.findAll()) {
        warnings.push(
          ...node.metadata
            .filter(({ type }) => type.endsWith('warning'))
            .map(({ data }) => String(data)),
        );
      }
    });
    return warnings.join('\n');
  };
  const username = 'billing';
  expect(
    warningsOf((rotation, stack) =>
      rotation.addSecret('Billing', imported(stack, BILLING), { ...ORDERS, username }),
    ),
  ).toContain(
    `tag-resource --secret-id ${BILLING} --tags 'Key=redis-enterprise-rotation:user,Value=billing'`,
  );
  expect(
    warningsOf((rotation, stack) =>
      rotation.addSecret('Own', new Secret(stack, 'Own') as ISecret, { ...ORDERS, username }),
    ),
  ).toBe('');
});

test('users may have the ids of parts of the construct', () => {
  const build = () =>
    withRotation(undefined, (rotation) => {
      for (const id of ['Role', 'Access', 'Function', 'Network', 'Users']) {
        rotation.adoptUser(id, { ...ORDERS, username: id });
      }
    });
  expect(build).not.toThrow();
});
