import { Duration, Stack } from 'aws-cdk-lib';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { BILLED, BILLING, imported, ORDERS, propsOf, withRotation } from './rotation-template.ts';
import { awaitedTypes, ofType, showValue, synthesise } from './template.ts';

const SECRET = '<AWS::SecretsManager::Secret>';

test('the first rotation waits for fields, permissions, parameters and function', () => {
  const template = withRotation();
  const [schedule] = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  expect(awaitedTypes(template, schedule)).toEqual(
    new Set([
      'AWS::IAM::ManagedPolicy',
      'AWS::IAM::Role',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::SSM::Parameter',
      'Custom::RedisEnterpriseUserFields',
    ]),
  );
});

test('a secret with rotateImmediately false does not rotate at deployment', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    const props = { ...BILLED, rotateImmediately: false };
    rotation.addSecret('Billing', imported(stack, BILLING), props);
  });
  const schedules = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  const immediately = schedules.map(({ Properties }) => Properties.RotateImmediatelyOnUpdate);
  expect(immediately).toEqual([true, false]);
});

test('a cron schedule has the given window', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    const schedule = 'cron(0 3 ? * SUN#1 *)';
    const window = Duration.hours(3);
    rotation.addSecret('Billing', imported(stack, BILLING), { schedule, window });
  });
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')[1]?.Properties).toMatchObject({
    RotationRules: { ScheduleExpression: 'cron(0 3 ? * SUN#1 *)', Duration: '3h' },
    SecretId: BILLING,
  });
});

test('the scheduler reconciles every secret hourly, without retries', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    rotation.addSecret('Billing', imported(stack, BILLING), BILLED);
  });
  const schedules = ofType(template, 'AWS::Scheduler::Schedule').map(
    ({ Properties }) => Properties,
  );
  expect(schedules).toHaveLength(2);
  expect(schedules).toMatchObject(
    Array.from({ length: 2 }, () => ({
      ScheduleExpression: 'cron(0 * * * ? *)',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
      Target: { RetryPolicy: { MaximumRetryAttempts: 0 } },
    })),
  );
  const inputs = schedules.map((one) =>
    showValue(template, (one.Target as { Input: string }).Input),
  );
  expect(inputs).toEqual([
    `{"Step":"reconcile","SecretId":"${SECRET}"}`,
    `{"Step":"reconcile","SecretId":"${BILLING}"}`,
  ]);
  expect(ofType(template, 'AWS::Lambda::EventInvokeConfig')[0]?.Properties).toMatchObject({
    MaximumRetryAttempts: 0,
  });
});

test('onRotated invokes the target for moves of AWSCURRENT only', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    const target = new SnsTopic(new Topic(stack, 'Topic'));
    rotation
      .addSecret('Billing', imported(stack, BILLING), BILLED)
      .onRotated('Redeploy', { target });
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
    const orders = rotation.adoptUser(ORDERS);
    const scope = otherStack(stack);
    const { secretArn } = orders.secret;
    const target = new SnsTopic(new Topic(scope, 'Topic', { displayName: secretArn }));
    orders.onRotated('Redeploy', { target, scope });
  });
  expect(ofType(template, 'AWS::Events::Rule')).toEqual([]);
});

test('a rotated secret of another stack causes no circle between stacks', () => {
  const template = synthesise((stack) => {
    const secret = new Secret(otherStack(stack), 'Secret') as ISecret;
    const rotation = new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
    rotation.addSecret('Elsewhere', secret, { ...BILLED, username: 'elsewhere' });
  });
  expect(ofType(template, 'AWS::SecretsManager::RotationSchedule')).toHaveLength(1);
});

test('the outputs are commands and events that an operator can paste', () => {
  const template = withRotation(undefined, (rotation, stack) => {
    rotation.addSecret('Billing', imported(stack, BILLING), BILLED);
  });
  const values = Object.values(template.outputs).map(({ Value }) => showValue(template, Value));
  const invoke =
    'aws lambda invoke --region eu-west-1 --function-name <AWS::Lambda::Function> ' +
    '--cli-read-timeout 900 --cli-binary-format raw-in-base64-out --payload';
  expect(values).toEqual([
    'aws logs tail <AWS::Logs::LogGroup> --region eu-west-1 --since 1d',
    `SECRET_ID='${SECRET}'; ${invoke} ` +
      '"{\\"Step\\":\\"preflight\\",\\"SecretId\\":\\"$SECRET_ID\\"}" /dev/stdout | cat',
    `SECRET_ID='${SECRET}'; printf 'Username, whose passwords all become invalid now: '; ` +
      `read -r CONFIRM; ${invoke} "{\\"Step\\":\\"replaceAll\\",` +
      '\\"SecretId\\":\\"$SECRET_ID\\",\\"Confirm\\":\\"$CONFIRM\\"}" /dev/stdout | cat',
    `SECRET_ID='${SECRET}'; printf 'Username, whose previous password is restored: '; ` +
      `read -r CONFIRM; ${invoke} "{\\"Step\\":\\"rollBack\\",` +
      '\\"SecretId\\":\\"$SECRET_ID\\",\\"Confirm\\":\\"$CONFIRM\\"}" /dev/stdout | cat',
    `{"Step":"preflight","SecretId":"${SECRET}"}`,
    `{"Step":"replaceAll","SecretId":"${SECRET}","Confirm":"<username>"}`,
    `{"Step":"rollBack","SecretId":"${SECRET}","Confirm":"<username>"}`,
    `aws secretsmanager rotate-secret --region eu-west-1 --secret-id ${SECRET}`,
    `aws secretsmanager rotate-secret --region eu-west-1 --secret-id ${BILLING}`,
  ]);
});
