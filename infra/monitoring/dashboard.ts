import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  PeriodOverride,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../../lambda/names.ts';
import { functionMetric } from './metrics.ts';

const HOUR = Duration.hours(1);
const DAY = Duration.days(1);
const { MAXIMUM, MINIMUM, SAMPLE_COUNT, SUM } = Stats;

type Line = { metric: string; statistic: string; period?: Duration; step?: string };

const duration = (step: string): Line => ({ metric: 'Duration', statistic: 'p90', step });
const sum = (metric: string): Line => ({ metric, statistic: SUM });

const GRAPHS: Record<string, Line[]> = {
  'Calls of finishSecret per day: rotations and their retries': [
    { metric: 'Duration', statistic: SAMPLE_COUNT, period: DAY, step: 'finishSecret' },
  ],
  'Age of the oldest password in days': [{ metric: 'PasswordAgeDays', statistic: MAXIMUM }],
  'Passwords that may be valid': [sum('LivePasswords')],
  'Secrets reconciled': [sum('SecretsReconciled')],
  'Duration of a step in ms (p90)': [
    duration('createSecret'),
    duration('setSecret'),
    duration('testSecret'),
    duration('finishSecret'),
    duration('reconcile'),
  ],
  'Overdue, stopped, stuck, rejected, not deleted': [
    sum('RotationsOverdue'),
    sum('RotationsStopped'),
    sum('RotationsStuck'),
    sum('CurrentPasswordRejected'),
    sum('DeletionsFailed'),
  ],
  'Days until the first certificate expires': [
    { metric: 'CertificateDaysLeft', statistic: MINIMUM },
  ],
};

// CloudWatch's grid has 24 columns, so two graphs fit in a row.
const HALF = { width: 12, height: 6 };
const FULL = { width: 24, height: 3 };

/** Creates a dashboard with the health of all secrets of a function. */
export function createDashboard(
  scope: Construct,
  id: string,
  fn: IFunction,
  alarms: Alarm[],
): Dashboard {
  const lineOf = ({ metric, statistic, period = HOUR, step }: Line): IMetric =>
    functionMetric(fn, metric, {
      ...(step && { dimensionsMap: { Step: step } }),
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

/** Returns a line for every error code that occurred. A search finds codes that are new. */
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
