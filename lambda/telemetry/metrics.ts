import { METRICS_NAMESPACE } from '../names.ts';

/** The metrics of an invocation, with CloudWatch's units. */
const UNITS = {
  /** 1 if a reconcile read the secret and reached its databases; 0 if a version has REPLACING. */
  SecretsReconciled: 'Count',
  /** 1 if a step of a rotation failed, 0 if it succeeded. */
  RotationStepErrors: 'Count',
  /** Passwords of the function that may be valid. */
  LivePasswords: 'Count',
  /** The age of AWSCURRENT's password in days. CloudWatch has no such unit. */
  PasswordAgeDays: 'None',
  /** 1 if NextRotationDate has passed. */
  RotationsOverdue: 'Count',
  /** 1 if rotation is off, or the last rotation is older than three of the secret's intervals. */
  RotationsStopped: 'Count',
  /** 1 if AWSPENDING has been on a version without AWSCURRENT for over a day. */
  RotationsStuck: 'Count',
  /** 1 if a database or the API rejected the password of AWSCURRENT. */
  CurrentPasswordRejected: 'Count',
  /** 1 if the database of a default user lets a client in that sends no valid password. */
  DatabasesUnprotected: 'Count',
  /** Expired passwords that could not be deleted, and labels that could not be changed. */
  DeletionsFailed: 'Count',
  /** Days until the first certificate of a cluster, or the client certificate, expires. */
  CertificateDaysLeft: 'None',
} as const;

export type Measures = Partial<Record<keyof typeof UNITS, number>>;

export const METRIC_NAMES = [...Object.keys(UNITS), 'Duration', 'Errors'];

type Invocation = {
  at: number;
  functionName: string;
  /** Absent if the event is invalid. */
  step: string | undefined;
  ms: number;
  /** The error's code; absent on success. */
  code: string | undefined;
  measures: Measures;
};

/**
 * Returns the fields that turn a log line into metrics: CloudWatch's embedded metric format. The
 * secret is a property of the line and not a dimension: each value of a dimension costs a metric.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricFields(invocation: Invocation): Record<string, unknown> {
  const { at, functionName, step = 'none', ms, code, measures } = invocation;
  const measured = Object.keys(measures) as (keyof Measures)[];
  const directive = (dimensions: string[], metrics: { Name: string; Unit: string }[]) => ({
    Namespace: METRICS_NAMESPACE,
    Dimensions: [['FunctionName', ...dimensions]],
    Metrics: metrics,
  });
  const directives = [
    directive(['Step'], [{ Name: 'Duration', Unit: 'Milliseconds' }]),
    directive(
      [],
      measured.map((Name) => ({ Name, Unit: UNITS[Name] })),
    ),
    directive(['ErrorCode'], code === undefined ? [] : [{ Name: 'Errors', Unit: 'Count' }]),
  ];
  const CloudWatchMetrics = directives.filter(({ Metrics }) => Metrics.length > 0);
  return {
    _aws: { Timestamp: at, CloudWatchMetrics },
    FunctionName: functionName,
    Step: step,
    Duration: ms,
    ...(code !== undefined && { ErrorCode: code, Errors: 1 }),
    ...measures,
  };
}
