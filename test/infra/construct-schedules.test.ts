import { Duration } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { BILLED, BILLING, imported, withRotation } from './rotation-template.ts';
import { ofType, show } from './template.ts';

const SECRET = '<AWS::SecretsManager::Secret>';

test('the first rotation waits for permissions, parameters and function', () => {
  const template = withRotation();
  const [schedule] = ofType(template, 'AWS::SecretsManager::RotationSchedule');
  const types = schedule?.DependsOn?.map((id) => template.resources[id]?.Type);
  expect(new Set(types)).toEqual(
    new Set([
      'AWS::IAM::ManagedPolicy',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::SSM::Parameter',
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
  const inputs = schedules.map((one) => show(template, (one.Target as { Input: string }).Input));
  expect(inputs).toEqual([
    `{"Step":"reconcile","SecretId":"${SECRET}"}`,
    `{"Step":"reconcile","SecretId":"${BILLING}"}`,
  ]);
  expect(ofType(template, 'AWS::Lambda::EventInvokeConfig')[0]?.Properties).toMatchObject({
    MaximumRetryAttempts: 0,
  });
});
