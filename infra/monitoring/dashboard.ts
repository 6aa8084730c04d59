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
import { METRICS_NAMESPACE } from '../../lambda/names.ts';

const HOUR = Duration.hours(1);
const DAY = Duration.days(1);
const { MAXIMUM, MINIMUM, SAMPLE_COUNT, SUM } = Stats;

type Line = { metric: string; statistic: string; period?: Duration; step?: string };

const duration = (step: string): Line => ({ metric: 'Duration', statistic: 'p90', step });
const sum = (metric: string): Line => ({ metric, statistic: SUM });

// Two graphs a row.
const GRAPHS: Record<string, Line[]> = {
  'Calls of finishSecret a day: rotations, and their repetitions': [
    { metric: 'Duration', statistic: SAMPLE_COUNT, period: DAY, step: 'finishSecret' },
  ],
  'Age of the oldest password, in days': [{ metric: 'PasswordAgeDays', statistic: MAXIMUM }],
  'Passwords that may be live': [sum('LivePasswords')],
  'Secrets looked at': [sum('SecretsReconciled')],
  'Duration of a step, in ms (p90)': [
    duration('createSecret'),
    duration('setSecret'),
    duration('testSecret'),
    duration('finishSecret'),
    duration('reconcile'),
  ],
  'Overdue, stuck, refused, not deleted': [
    sum('RotationsOverdue'),
    sum('RotationsStuck'),
    sum('CurrentPasswordRejected'),
    sum('DeletionsFailed'),
  ],
  'Days to the first expiry of a certificate': [
    { metric: 'CertificateDaysLeft', statistic: MINIMUM },
  ],
};

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
  const lineOf = ({ metric, statistic, period = HOUR, step }: Line): IMetric =>
    new Metric({
      namespace: METRICS_NAMESPACE,
      metricName: metric,
      dimensionsMap: { FunctionName: fn.functionName, ...(step && { Step: step }) },
      statistic,
      period,
      label: step ?? metric,
    });
  const graphs = Object.entries(GRAPHS).map(
    ([title, lines]) => new GraphWidget({ title, left: lines.map(lineOf), ...HALF }),
  );
  graphs.push(new GraphWidget({ title: 'Errors by code', left: [errorsByCode(fn)], ...HALF }));
  const dashboard = new Dashboard(scope, id, { periodOverride: PeriodOverride.INHERIT });
  dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, ...FULL }));
  dashboard.addWidgets(...graphs);
  return dashboard;
}

/** A line for every code that there has been: nobody knows them before. */
function errorsByCode(fn: IFunction): IMetric {
  const metrics = `{${METRICS_NAMESPACE},FunctionName,ErrorCode} MetricName="Errors"`;
  const search = `${metrics} FunctionName="${fn.functionName}"`;
  return new MathExpression({
    expression: `SEARCH('${search}', 'Sum', ${HOUR.toSeconds()})`,
    label: '',
    usingMetrics: {},
    period: HOUR,
  });
}
