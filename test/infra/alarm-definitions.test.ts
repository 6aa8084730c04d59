import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { alarmsOf } from './alarm-evaluation.ts';
import { withRotation } from './rotation-template.ts';
import { ofType } from './template.ts';

const template = withRotation((stack) => ({ alarmTopic: new Topic(stack, 'Topic') }));
const ALARMS = alarmsOf(template);

const NAMES = [
  'CurrentPasswordRejected',
  'RotationOverdue',
  'RotationStuck',
  'DeletionFailed',
  'StepsFailing',
  'CertificateExpiring',
  'ReconcileNotRunning',
];

test('every alarm says what happened, names its article and notifies the topic', () => {
  expect(ALARMS.map(({ name }) => name)).toEqual(NAMES);
  for (const { name, description } of ALARMS) {
    expect(description).toMatch(/^[A-Z].*\. Runbook: docs\/runbook\.md /);
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
    'RotationsStuck Maximum >= 1 1 x 3600 s notBreaching',
    'DeletionsFailed Maximum >= 1 3 x 3600 s notBreaching',
    'RotationStepErrors Sum >= 3 1 x 21600 s notBreaching',
    'CertificateDaysLeft Minimum < 30 1 x 3600 s notBreaching',
    'SecretsReconciled Sum < 1 2 x 3600 s breaching',
  ]);
  const byClock = ALARMS.filter(({ EvaluationWindow }) => EvaluationWindow !== undefined);
  expect(byClock.map(({ name }) => name)).toEqual(['ReconcileNotRunning']);
});

test('alarms link to the given runbook', () => {
  const own = alarmsOf(withRotation(() => ({ runbookUrl: 'https://wiki.example.com/rotation' })));
  expect(own[0]?.description).toContain(
    'Runbook: https://wiki.example.com/rotation#currentpasswordrejected',
  );
});
