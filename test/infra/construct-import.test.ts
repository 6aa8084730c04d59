import { App, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { BILLED, BILLING, imported, ORDERS, propsOf } from './rotation-template.ts';
import { ofType, policyStatements, synthesise } from './template.ts';

const ATTRIBUTES = {
  functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:rotation',
  roleArn: 'arn:aws:iam::123456789012:role/team/rotation',
  clustersPath: '/redis-enterprise/clusters',
};

const importInto = (scope: Construct, attributes: object = {}) =>
  RedisEnterpriseRotation.fromAttributes(scope, 'Rotation', { ...ATTRIBUTES, ...attributes });

test('an import rotates secrets of its stack, and gives the role permissions on these only', () => {
  const template = synthesise((stack) => {
    const rotation = importInto(stack);
    rotation.adoptUser({ ...ORDERS, encryptionKey: new Key(stack, 'Key') });
    rotation.addSecret('Billing', imported(stack, BILLING), BILLED);
  });
  const schedules = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  expect(schedules.map(({ Properties }) => Properties.RotationLambdaARN)).toEqual([
    ATTRIBUTES.functionArn,
    ATTRIBUTES.functionArn,
  ]);
  const fields = ofType(template, 'Custom::RedisEnterpriseUserFields');
  for (const { DependsOn } of [...fields, ...schedules.slice(1)]) {
    const types = DependsOn?.map((id) => template.resources[id]?.Type);
    expect(types).toContain('AWS::IAM::ManagedPolicy');
  }
  expect(ofType(template, 'AWS::Scheduler::Schedule')).toHaveLength(2);
  const functions = ofType(template, 'AWS::Lambda::Function');
  expect(functions.map(({ Properties }) => Properties.Handler)).toEqual(['index.handler']);
  expect(functions[0]?.Properties.Environment).toEqual({
    Variables: { ROTATION_FUNCTION_ARN: ATTRIBUTES.functionArn },
  });
  expect(ofType(template, 'AWS::CloudWatch::Alarm')).toEqual([]);
  const ofRole = ofType(template, 'AWS::IAM::ManagedPolicy').filter(({ Properties }) =>
    JSON.stringify(Properties.Roles).includes('"rotation"'),
  );
  expect(ofRole).toHaveLength(1);
  const statements = policyStatements(template).filter((one) => one.includes('secretsmanager:'));
  expect(statements.join('\n')).toContain(`on <AWS::SecretsManager::Secret>, ${BILLING}`);
});

test('an import without secrets creates no resources', () => {
  const { resources } = synthesise((stack) => {
    importInto(stack, { roleArn: undefined });
  });
  expect(resources).toBeUndefined();
});

test('an import without the role rejects a secret', () => {
  const build = () =>
    synthesise((stack) => importInto(stack, { roleArn: undefined }).adoptUser(ORDERS));
  expect(build).toThrow(
    "'Test/Rotation' must have roleArn to rotate a secret, got none; hint: set",
  );
});

test('an import rejects the same user twice, and a schedule that does not fit the overlap', () => {
  const twice = () =>
    synthesise((stack) => {
      const rotation = importInto(stack);
      rotation.adoptUser(ORDERS);
      rotation.adoptUser({ ...ORDERS, secretName: 'again' });
    });
  expect(twice).toThrow("username 'orders' must have one secret");
  const short = { overlap: Duration.hours(12) };
  const daily = { ...ORDERS, schedule: 'rate(2 days)' };
  const build = (attributes: object) => () =>
    synthesise((stack) => importInto(stack, attributes).adoptUser(daily));
  expect(build({ overlap: Duration.days(20) })).toThrow('a quarter of the overlap');
  expect(build(short)).not.toThrow();
});

test('the constructs of an app that share a function have one secret for a user', () => {
  const app = new App({ analyticsReporting: false });
  const [one, other] = ['One', 'Two'].map((id) => importInto(new Stack(app, id)));
  one?.adoptUser(ORDERS);
  expect(() => other?.adoptUser(ORDERS)).toThrow(
    "username 'orders' must have one secret, got user 'orders' in 'One/Rotation' and user 'orders'",
  );
  const stack = new Stack(app, 'Owner');
  const own = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
  own.adoptUser(ORDERS);
  const { functionArn } = own.rotationFunction;
  const third = importInto(new Stack(app, 'Three'), { functionArn });
  expect(() => third.adoptUser(ORDERS)).toThrow("got user 'orders' in 'Owner/Rotation' and");
});

test('the handler of an import writes fields, and waits for the longest function', () => {
  const template = synthesise((stack) => {
    const permissionsBoundary = ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary');
    importInto(stack, { permissionsBoundary }).adoptUser(ORDERS);
  });
  const [handler] = ofType(template, 'AWS::Lambda::Function');
  expect(handler?.Properties.Timeout).toBe(900);
  for (const { Properties } of ofType(template, 'AWS::IAM::Role')) {
    expect(Properties.PermissionsBoundary).toBeDefined();
  }
  const statements = policyStatements(template).filter((one) => /RotateSecret|logs:/.test(one));
  expect(statements).toEqual([
    'AWS::IAM::ManagedPolicy: Allow logs:CreateLogStream, logs:PutLogEvents on ' +
      '<AWS::Logs::LogGroup>.Arn',
    'AWS::IAM::ManagedPolicy: Allow secretsmanager:RotateSecret on <AWS::SecretsManager::Secret>',
  ]);
});

test('an import by tokens rotates secrets, and takes the role from another stack', () => {
  const template = synthesise((stack) => {
    const rotation = importInto(stack, {
      functionArn: Fn.importValue('FunctionArn'),
      roleArn: Fn.importValue('RoleArn'),
    });
    rotation.adoptUser(ORDERS);
  });
  const [schedule] = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  expect(schedule?.Properties.RotationLambdaARN).toEqual({ 'Fn::ImportValue': 'FunctionArn' });
});

test('metrics of an import are those of the function, and its connections are of the group', () => {
  const stack = new Stack(new App(), 'Test');
  const securityGroup = SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1');
  const rotation = importInto(stack, { securityGroup });
  expect(rotation.metricLivePasswords().dimensions).toEqual({ FunctionName: 'rotation' });
  expect(rotation.connections.securityGroups).toEqual([securityGroup]);
  rotation.connections.allowFromAnyIpv4(Port.tcp(1));
  const without = RedisEnterpriseRotation.fromAttributes(stack, 'Without', ATTRIBUTES);
  expect(() => without.connections).toThrow("'Test/Without' has no connections");
  expect(without.clustersPath).toBe(ATTRIBUTES.clustersPath);
});
