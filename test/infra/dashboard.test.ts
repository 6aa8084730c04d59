import { expect, test } from 'vitest';
import { withRotation } from './rotation-template.ts';
import { ofType, show } from './template.ts';

const template = withRotation();

test('the construct creates a dashboard unless dashboard is false', () => {
  expect(ofType(template, 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
  const without = withRotation(() => ({ dashboard: false }));
  expect(ofType(without, 'AWS::CloudWatch::Dashboard')).toEqual([]);
});

test('the dashboard shows exactly these metrics', () => {
  const [dashboard] = ofType(template, 'AWS::CloudWatch::Dashboard');
  const { widgets } = JSON.parse(show(template, dashboard?.Properties.DashboardBody));
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
    'RotationsStuck Sum 3600',
    'CurrentPasswordRejected Sum 3600',
    'DeletionsFailed Sum 3600',
    'CertificateDaysLeft Minimum 3600',
    `SEARCH('{RedisEnterpriseRotation,FunctionName,ErrorCode} MetricName="Errors" FunctionName="<AWS::Lambda::Function>"', 'Sum', 3600)`,
  ]);
});
