import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';

// Renewing a certificate takes weeks where others sign it.
const CERTIFICATE_MIN_DAYS = 30;

// Secrets Manager tries a failed step again: one or two failures may have been a moment's.
const STEPS_FAILED_MAX = 3;

/** An alarm; its name is its article's in the runbook too. */
export type AlarmDefinition = {
  metric: string;
  statistic: string;
  description: string;
  threshold: number | 'secrets';
  /** Default: an hour, once. */
  period?: Duration;
  evaluationPeriods?: number;
  /** Default: at or above the threshold, and no data is no matter. */
  isBelow?: boolean;
  treatMissingAsBreaching?: boolean;
  /** Whether it looks at hours of the clock; the default is any hour, which slides. */
  isByClock?: boolean;
};

/** Every alarm by its name. */
export const ALARM_DEFINITIONS: Record<string, AlarmDefinition> = {
  CurrentPasswordRejected: {
    metric: 'CurrentPasswordRejected',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    description: 'A database refuses the password that applications read.',
  },
  RotationOverdue: {
    metric: 'RotationsOverdue',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    // The window of a rotation has closed: a second look keeps one that is just ending out.
    evaluationPeriods: 2,
    description: 'A secret has not rotated by the date on which it should have.',
  },
  RotationStuck: {
    metric: 'RotationsStuck',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    description: 'A rotation has not come to its end for over a day, and blocks the next one.',
  },
  DeletionFailed: {
    metric: 'DeletionsFailed',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    // A cluster that elects a primary is well again an hour later.
    evaluationPeriods: 3,
    description: 'A replaced password is past its overlap and cannot be deleted.',
  },
  StepsFailing: {
    metric: 'RotationStepErrors',
    statistic: Stats.SUM,
    threshold: STEPS_FAILED_MAX,
    period: Duration.hours(6),
    description: 'A rotation fails again and again.',
  },
  CertificateExpiring: {
    metric: 'CertificateDaysLeft',
    statistic: Stats.MINIMUM,
    threshold: CERTIFICATE_MIN_DAYS,
    isBelow: true,
    description: `A certificate of a cluster expires in less than ${CERTIFICATE_MIN_DAYS} days.`,
  },
  ReconcileNotRunning: {
    metric: 'SecretsReconciled',
    statistic: Stats.SUM,
    // Every secret reports once in an hour of the clock, some minutes after its start.
    threshold: 'secrets',
    isByClock: true,
    evaluationPeriods: 2,
    isBelow: true,
    treatMissingAsBreaching: true,
    description: 'Fewer secrets were looked at than there are: nobody would notice what is wrong.',
  },
};
