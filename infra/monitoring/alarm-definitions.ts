import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';

// A new certificate from another organization can take weeks.
const CERTIFICATE_MIN_DAYS = 30;

// Secrets Manager retries a failed step, so one or two failures may be temporary.
const STEP_ERRORS_MAX = 3;
const STEP_ERRORS_HOURS = 6;

/** An alarm. The runbook's article has the same name. */
export type AlarmDefinition = {
  metric: string;
  statistic: string;
  description: string;
  threshold: number | 'secrets';
  /** @default - one hour */
  period?: Duration;
  /** @default 1 */
  evaluationPeriods?: number;
  /** The alarm fires below the threshold. @default false - at or above it */
  isBelow?: boolean;
  /** @default false - missing data does not trigger the alarm */
  treatMissingAsBreaching?: boolean;
  /** Periods are hours of the clock. @default false - periods slide by the minute */
  isByClock?: boolean;
};

/** The name of an alarm. */
export type AlarmName =
  | 'CurrentPasswordRejected'
  | 'RotationOverdue'
  | 'RotationStopped'
  | 'RotationStuck'
  | 'DeletionFailed'
  | 'StepsFailing'
  | 'CertificateExpiring'
  | 'ReconcileNotRunning'
  | 'DatabaseUnprotected';

/** Every alarm by its name. */
export const ALARM_DEFINITIONS: Record<AlarmName, AlarmDefinition> = {
  CurrentPasswordRejected: {
    metric: 'CurrentPasswordRejected',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    description:
      'A database rejects the password in AWSCURRENT. Applications that read it cannot log in.',
  },
  RotationOverdue: {
    metric: 'RotationsOverdue',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    // A second period, so that a rotation at the end of its window does not trigger the alarm.
    evaluationPeriods: 2,
    description: 'A secret did not rotate on schedule. Its password stays in use for too long.',
  },
  RotationStopped: {
    metric: 'RotationsStopped',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    // A deployment may replace the schedule of a secret.
    evaluationPeriods: 2,
    description: 'A secret does not rotate any more. Its password stays in use.',
  },
  RotationStuck: {
    metric: 'RotationsStuck',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    description: 'A rotation did not finish within a day. It blocks the next rotation.',
  },
  DatabaseUnprotected: {
    metric: 'DatabasesUnprotected',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    description: 'The database of a default user lets a client in that sends no valid password.',
  },
  DeletionFailed: {
    metric: 'DeletionsFailed',
    statistic: Stats.MAXIMUM,
    threshold: 1,
    // A cluster that elects a primary node recovers within the hour.
    evaluationPeriods: 3,
    description: 'The function cannot delete an expired password. The password stays valid.',
  },
  StepsFailing: {
    metric: 'RotationStepErrors',
    statistic: Stats.SUM,
    threshold: STEP_ERRORS_MAX,
    period: Duration.hours(STEP_ERRORS_HOURS),
    description:
      `Rotation steps failed at least ${STEP_ERRORS_MAX} times in ${STEP_ERRORS_HOURS} hours. ` +
      'Secrets Manager retries. If every retry fails, the password is not replaced; ' +
      'the current one stays valid.',
  },
  CertificateExpiring: {
    metric: 'CertificateDaysLeft',
    statistic: Stats.MINIMUM,
    threshold: CERTIFICATE_MIN_DAYS,
    isBelow: true,
    description:
      'A certificate of a cluster, or the client certificate, expires in less than ' +
      `${CERTIFICATE_MIN_DAYS} days. Rotations fail after that date.`,
  },
  ReconcileNotRunning: {
    metric: 'SecretsReconciled',
    statistic: Stats.SUM,
    // Every secret reports once in each hour of the clock, some minutes after its start.
    threshold: 'secrets',
    isByClock: true,
    evaluationPeriods: 2,
    isBelow: true,
    treatMissingAsBreaching: true,
    description:
      'For two hours, the function has not checked some secrets. Their faults stay unnoticed.',
  },
};
