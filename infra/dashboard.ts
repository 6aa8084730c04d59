import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  PeriodOverride,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../lambda/environment.ts';

const HOUR = Duration.hours(1);
const DAY = Duration.days(1);
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret', 'reconcile'];

// CloudWatch's grid has 24 columns.
const HALF = { width: 12, height: 6 };
const FULL = { width: 24, height: 3 };

/** The health of all secrets of a function on one page. */
export function makeDashboard(
  scope: Construct,
  id: string,
  fn: IFunction,
  alarms: Alarm[],
): Dashboard {
  const metric = (metricName: string, statistic: string, period = HOUR, Step?: string) =>
    new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { FunctionName: fn.functionName, ...(Step && { Step }) },
      statistic,
      period,
      label: Step ?? metricName,
    });
  const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, ...HALF });
  const search = `{${METRICS_NAMESPACE},FunctionName,ErrorCode} MetricName="Errors" FunctionName="${fn.functionName}"`;
  const errors = new MathExpression({
    expression: `SEARCH('${search}', 'Sum', ${HOUR.toSeconds()})`,
    label: '',
    usingMetrics: {},
    period: HOUR,
  });
  const dashboard = new Dashboard(scope, id, { periodOverride: PeriodOverride.INHERIT });
  dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, ...FULL }));
  dashboard.addWidgets(
    graph('Rotations a day', [metric('Duration', Stats.SAMPLE_COUNT, DAY, 'finishSecret')]),
    graph('Age of the oldest password, in days', [metric('PasswordAgeDays', Stats.MAXIMUM)]),
  );
  dashboard.addWidgets(
    graph('Passwords that may be live', [metric('LivePasswords', Stats.SUM)]),
    graph('Secrets looked at', [metric('SecretsReconciled', Stats.SUM)]),
  );
  dashboard.addWidgets(
    graph(
      'Duration of a step, in ms (p90)',
      STEPS.map((step) => metric('Duration', 'p90', HOUR, step)),
    ),
    graph('Errors by code', [errors]),
  );
  dashboard.addWidgets(
    graph('Overdue, stuck, refused, not deleted', [
      metric('RotationsOverdue', Stats.SUM),
      metric('RotationsStuck', Stats.SUM),
      metric('CurrentRefused', Stats.SUM),
      metric('DeletionsFailed', Stats.SUM),
    ]),
    graph('Days to the first expiry of a certificate', [
      metric('CertificateDaysLeft', Stats.MINIMUM),
    ]),
  );
  return dashboard;
}
