import { METRICS_NAMESPACE } from '../names.ts';

/** What the function measures, with CloudWatch's units. */
const UNITS = {
  /** 1 for every reconcile that could read the secret and ask its databases; 0 with REPLACING. */
  SecretsReconciled: 'Count',
  /** 1 where one of the four steps of a rotation failed, 0 where one did not. */
  RotationStepErrors: 'Count',
  /** Passwords of ours that may be live. */
  LivePasswords: 'Count',
  /** How long ago AWSCURRENT was made; no unit of CloudWatch is days. */
  PasswordAgeDays: 'None',
  /** 1 where NextRotationDate has passed. */
  RotationsOverdue: 'Count',
  /** 1 if AWSPENDING has been on a version without AWSCURRENT for over a day; cancelled or not. */
  RotationsStuck: 'Count',
  /** 1 where a database or the API refused AWSCURRENT. */
  CurrentPasswordRejected: 'Count',
  /** Due passwords that could not be deleted, and labels of the ledger that could not be put. */
  DeletionsFailed: 'Count',
  /** To the first expiry of a certificate that the function trusts or is shown. */
  CertificateDaysLeft: 'None',
} as const;

export type Measures = Partial<Record<keyof typeof UNITS, number>>;

/** Every metric that there is. */
export const METRIC_NAMES = [...Object.keys(UNITS), 'Duration', 'Errors'];

/** What one invocation's metrics are of. */
type Invocation = {
  at: number;
  functionName: string;
  /** Absent where the event was refused. */
  step: string | undefined;
  ms: number;
  /** The error's code; absent: success. */
  code: string | undefined;
  measures: Measures;
};

/**
 * The fields that make metrics of a log line: CloudWatch's embedded metric format. They are of the
 * function as a whole: a dimension per secret would cost a metric each, so that the secret is a
 * property of the line to search for.
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
