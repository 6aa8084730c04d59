import { Stack } from 'aws-cdk-lib';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { BILLED, BILLING, imported, ORDERS, propsOf, withRotation } from './rotation-template.ts';
import { ofType, synthesise } from './template.ts';

test('onRotated invokes the target for moves of AWSCURRENT only', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    const secret = imported(stack, BILLING);
    const target = new SnsTopic(new Topic(stack, 'Topic'));
    rotation.addSecret('Redeploy', secret, BILLED);
    rotation.onRotated('Redeploy', { secret, target });
  });
  expect(ofType(template, 'AWS::Events::Rule')[0]?.Properties).toMatchObject({
    EventPattern: {
      source: ['aws.secretsmanager'],
      'detail-type': ['Secret Label Updated'],
      resources: [BILLING],
      detail: { labelUpdated: ['AWSCURRENT'] },
    },
  });
});

const otherStack = (stack: Construct) =>
  new Stack(Stack.of(stack).node.root as Construct, 'Other', {
    env: { account: '123456789012', region: 'eu-west-1' },
  });

test('onRotated in the stack of the target causes no circle between stacks', () => {
  const template = synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
    const secret = rotation.adoptUser('Orders', ORDERS);
    const scope = otherStack(stack);
    const target = new SnsTopic(new Topic(scope, 'Topic', { displayName: secret.secretArn }));
    rotation.onRotated('Redeploy', { secret, target, scope });
  });
  expect(ofType(template, 'AWS::Events::Rule')).toEqual([]);
});

test('a rotated secret of another stack causes no circle between stacks', () => {
  const template = synthesise((stack) => {
    const secret = new Secret(otherStack(stack), 'Secret') as ISecret;
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
    rotation.addSecret('Elsewhere', secret, { ...ORDERS, username: 'elsewhere' });
  });
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')).toHaveLength(1);
});
