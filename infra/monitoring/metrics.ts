import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { METRICS_NAMESPACE } from '../../lambda/names.ts';

// Each secret reports its health once an hour, so a sum over an hour covers every secret once.
const HOUR = Duration.hours(1);

/** Returns a metric of a function: the sum of an hour unless `options` say something else. */
export function functionMetric(
  { functionName }: IFunction,
  metricName: string,
  { dimensionsMap, ...options }: MetricOptions = {},
): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { FunctionName: functionName, ...dimensionsMap },
    statistic: Stats.SUM,
    period: HOUR,
    ...options,
  });
}
