import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { RedisEnterpriseRotation } from '../../infra/construct/redis-enterprise-rotation.ts';
import { alarmsOf } from './alarm-evaluation.ts';
import { propsOf, withRotation } from './rotation-template.ts';
import { ofType, showValue, synthesise } from './template.ts';

const template = withRotation((stack) => ({ alarmTopic: new Topic(stack, 'Topic') }));
const ALARMS = alarmsOf(template);

const NAMES = [
  'CurrentPasswordRejected',
  'RotationOverdue',
  'RotationStopped',
  'RotationStuck',
  'DatabaseUnprotected',
  'DeletionFailed',
  'StepsFailing',
  'CertificateExpiring',
  'ReconcileNotRunning',
];

test('every alarm says what happened, names its article and notifies the topic', () => {
  expect(ALARMS.map(({ name }) => name)).toEqual(NAMES);
  for (const { name, description } of ALARMS) {
    expect(description).toMatch(
      /^[A-Z].*\. Runbook: docs\/guides\/on-call\.md .* docs\/runbook\.md#/,
    );
    expect(description.endsWith(`#${name.toLowerCase()}`)).toBe(true);
  }
  const [topic] = Object.keys(template.resources).filter((id) => id.startsWith('Topic'));
  for (const { Properties } of ofType(template, 'AWS::CloudWatch::Alarm')) {
    expect(Properties.AlarmActions).toEqual([{ Ref: topic }]);
  }
});

test('the construct creates exactly these alarms', () => {
  const shown = ALARMS.map((alarm) => [
    alarm.MetricName,
    alarm.Statistic,
    alarm.ComparisonOperator === 'LessThanThreshold' ? '<' : '>=',
    alarm.Threshold,
    `${alarm.EvaluationPeriods} x ${alarm.Period} s`,
    alarm.TreatMissingData,
  ]);
  expect(shown.map((one) => one.join(' '))).toEqual([
    'CurrentPasswordRejected Maximum >= 1 1 x 3600 s notBreaching',
    'RotationsOverdue Maximum >= 1 2 x 3600 s notBreaching',
    'RotationsStopped Maximum >= 1 2 x 3600 s notBreaching',
    'RotationsStuck Maximum >= 1 1 x 3600 s notBreaching',
    'DatabasesUnprotected Maximum >= 1 1 x 3600 s notBreaching',
    'DeletionsFailed Maximum >= 1 3 x 3600 s notBreaching',
    'RotationStepErrors Sum >= 3 1 x 21600 s notBreaching',
    'CertificateDaysLeft Minimum < 30 1 x 3600 s notBreaching',
    'SecretsReconciled Sum < 1 2 x 3600 s breaching',
  ]);
  const byClock = ALARMS.filter(({ EvaluationWindow }) => EvaluationWindow !== undefined);
  expect(byClock.map(({ name }) => name)).toEqual(['ReconcileNotRunning']);
  expect(byClock[0]?.EvaluationWindow).toEqual({ WallClockWindow: { Timezone: 'UTC' } });
});

test('ReconcileNotRunning does not fire for a construct that rotates no secret', () => {
  const empty = synthesise((stack) => {
    new RedisEnterpriseRotation(stack, 'Rotation', propsOf(stack));
  });
  const alarm = alarmsOf(empty).find(({ name }) => name === 'ReconcileNotRunning');
  expect(alarm).toMatchObject({ Threshold: 0, TreatMissingData: 'notBreaching' });
});

test('alarms link to the given runbook', () => {
  const own = alarmsOf(withRotation(() => ({ runbookUrl: 'https://wiki.example.com/rotation' })));
  expect(own[0]?.description).toContain(
    'Runbook: https://wiki.example.com/rotation#currentpasswordrejected',
  );
});

test('the construct creates a dashboard unless dashboard is false', () => {
  expect(ofType(template, 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
  const without = withRotation(() => ({ dashboard: false }));
  expect(ofType(without, 'AWS::CloudWatch::Dashboard')).toEqual([]);
});

test('the dashboard shows exactly these metrics', () => {
  const [dashboard] = ofType(template, 'AWS::CloudWatch::Dashboard');
  const { widgets } = JSON.parse(showValue(template, dashboard?.Properties.DashboardBody));
  type Shown = [string, string, ...unknown[]];
  const metrics = (widgets as { properties: { metrics?: Shown[] } }[])
    .flatMap(({ properties }) => properties.metrics ?? [])
    .map(([first, name, ...more]) => {
      const { stat, period, expression } = Object(typeof first === 'string' ? more.at(-1) : first);
      const dimensions = more.filter((one) => typeof one === 'string' && one !== 'FunctionName');
      return expression ?? [name, ...dimensions.slice(1), stat, period].filter(Boolean).join(' ');
    });
  expect(metrics).toEqual([
    'Duration Step finishSecret SampleCount 86400',
    'PasswordAgeDays Maximum 3600',
    'LivePasswords Sum 3600',
    'SecretsReconciled Sum 3600',
    'Duration Step createSecret p90 3600',
    'Duration Step setSecret p90 3600',
    'Duration Step testSecret p90 3600',
    'Duration Step finishSecret p90 3600',
    'Duration Step reconcile p90 3600',
    'RotationsOverdue Sum 3600',
    'RotationsStopped Sum 3600',
    'RotationsStuck Sum 3600',
    'CurrentPasswordRejected Sum 3600',
    'DeletionsFailed Sum 3600',
    'CertificateDaysLeft Minimum 3600',
    `SEARCH('{RedisEnterpriseRotation,FunctionName,ErrorCode} MetricName="Errors" ` +
      `FunctionName="<AWS::Lambda::Function>"', 'Sum', 3600)`,
  ]);
});

test('the alarm of failing steps says that the current password stays valid', () => {
  const [alarm] = ALARMS.filter(({ name }) => name === 'StepsFailing');
  expect(alarm?.description).toContain(
    'Secrets Manager retries. If every retry fails, the password is not replaced; ' +
      'the current one stays valid.',
  );
});
