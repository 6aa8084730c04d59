import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { ORDERS, propsOf } from './rotation-template.ts';
import { synthesise } from './template.ts';

// Limits of CloudFormation.
const RESOURCES_MAX = 500;
const OUTPUTS_MAX = 200;

const withUsers = (users: number, props: (stack: Construct) => object = () => ({})) =>
  synthesise((stack) => {
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack, props(stack)));
    for (let user = 1; user <= users; user += 1) {
      rotation.adoptUser({ ...ORDERS, username: `user${user}` });
    }
  });

test('a user needs a secret, its fields, and two schedules', () => {
  const [one, two] = [1, 2].map((users) => Object.values(withUsers(users).resources));
  const added = (two ?? []).map(({ Type }) => Type).sort();
  for (const { Type } of one ?? []) added.splice(added.indexOf(Type), 1);
  expect(added).toEqual([
    'AWS::Scheduler::Schedule',
    'AWS::SecretsManager::RotationSchedule',
    'AWS::SecretsManager::Secret',
    'Custom::RedisEnterpriseUserFields',
  ]);
});

test('100 users, a VPC, alarms and a dashboard fit into one stack', () => {
  const { resources, outputs } = withUsers(100, (stack) => ({
    vpc: new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc,
    createVpcEndpoints: true,
  }));
  expect(Object.keys(resources).length).toBeLessThan(RESOURCES_MAX);
  expect(Object.keys(outputs).length).toBeLessThanOrEqual(OUTPUTS_MAX);
});
