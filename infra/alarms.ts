import { Duration, Lazy } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../lambda/environment.ts';

const HOUR = Duration.hours(1);

// Renewing a certificate takes weeks where others sign it.
const CERTIFICATE_MIN_DAYS = 30;

// Secrets Manager tries a failed step again: one or two failures may have been a moment's.
const STEPS_FAILED_MAX = 3;

interface AlarmsProps {
  readonly fn: IFunction;
  /** How many secrets there are, once all are added. */
  readonly secrets: () => number;
  readonly alarmTopic: ITopic | undefined;
  readonly runbookUrl: string;
}

type Definition = {
  metric: string;
  statistic: string;
  says: string;
  threshold: number;
  /** Default: an hour, once. */
  period?: Duration;
  times?: number;
  /** Default: at or above the threshold, and no data is no matter. */
  isBelow?: boolean;
  isDataNeeded?: boolean;
};

/** Every alarm by its name, which is its article's in the runbook too. */
const DEFINITIONS: Record<string, Definition> = {
  CurrentRefused: {
    metric: 'CurrentRefused',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    says: 'A database refuses the password that applications read.',
  },
  RotationOverdue: {
    metric: 'RotationsOverdue',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    // The window of a rotation has closed: a second look keeps one that is just ending out.
    times: 2,
    says: 'A secret has not rotated by the date on which it should have.',
  },
  RotationStuck: {
    metric: 'RotationsStuck',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    says: 'A rotation has not come to its end for over a day, and blocks the next one.',
  },
  DeletionFailed: {
    metric: 'DeletionsFailed',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    // A cluster that elects a primary is well again an hour later.
    times: 3,
    says: 'A replaced password is past its overlap and cannot be deleted.',
  },
  StepsFailing: {
    metric: 'StepsFailed',
    statistic: Stats.SUM,
    threshold: STEPS_FAILED_MAX,
    period: Duration.hours(6),
    says: 'A rotation fails again and again.',
  },
  CertificateExpiring: {
    metric: 'CertificateDaysLeft',
    statistic: Stats.MINIMUM,
    threshold: CERTIFICATE_MIN_DAYS,
    isBelow: true,
    says: `A certificate of a cluster expires in less than ${CERTIFICATE_MIN_DAYS} days.`,
  },
  ReconcileMissing: {
    metric: 'SecretsReconciled',
    statistic: Stats.SUM,
    threshold: Number.NaN,
    times: 2,
    isBelow: true,
    isDataNeeded: true,
    says: 'Fewer secrets were looked at than there are: nobody would notice what is wrong.',
  },
};

/** What wakes somebody up; each alarm says what happened and where its article is. */
export class Alarms extends Construct {
  readonly alarms: Alarm[];

  constructor(scope: Construct, id: string, { fn, secrets, alarmTopic, runbookUrl }: AlarmsProps) {
    super(scope, id);
    this.alarms = Object.entries(DEFINITIONS).map(([name, definition]) => {
      const { says, times = 1, isBelow = false, isDataNeeded = false } = definition;
      // The number of secrets is known once all of them are added.
      const threshold = Number.isNaN(definition.threshold)
        ? Lazy.number({ produce: secrets })
        : definition.threshold;
      const props: AlarmProps = {
        alarmDescription: `${says} ${runbookUrl}#${name.toLowerCase()}`,
        metric: metricOf(fn, definition),
        threshold,
        evaluationPeriods: times,
        comparisonOperator: isBelow
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: isDataNeeded
          ? TreatMissingData.BREACHING
          : TreatMissingData.NOT_BREACHING,
      };
      const alarm = new Alarm(this, name, props);
      if (alarmTopic !== undefined) alarm.addAlarmAction(new SnsAction(alarmTopic));
      return alarm;
    });
  }
}

function metricOf(fn: IFunction, { metric, statistic, period = HOUR }: Definition): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: metric,
    dimensionsMap: { FunctionName: fn.functionName },
    statistic,
    period,
  });
}
