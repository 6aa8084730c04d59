import { showValue, type Template } from './template.ts';

/** An alarm of a template. */
export type AlarmDefinition = {
  name: string;
  description: string;
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: string }[];
  Statistic: 'Sum' | 'Maximum' | 'Minimum';
  Period: number;
  EvaluationPeriods: number;
  Threshold: number;
  ComparisonOperator: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
  TreatMissingData: 'breaching' | 'notBreaching';
  EvaluationWindow?: { WallClockWindow: object };
};

/** Returns the alarms of a template. The function's name is `local`, as in the sandbox. */
export function alarmsOf(template: Template): AlarmDefinition[] {
  const ids = Object.entries(template.resources).filter(
    ([, { Type }]) => Type === 'AWS::CloudWatch::Alarm',
  );
  return ids.map(([id, { Properties }]) => ({
    ...(Properties as unknown as AlarmDefinition),
    name: /Alarms([A-Za-z]+?)[0-9A-F]{8}$/.exec(id)?.[1] ?? id,
    description: String(Properties.AlarmDescription),
    Dimensions: (Properties.Dimensions as { Name: string; Value: never }[]).map(
      ({ Name, Value }) => ({ Name, Value: showValue(template, Value).replace(/^<.*>$/, 'local') }),
    ),
  }));
}

type MetricLine = Record<string, unknown> & {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
};

/** Returns the values of an alarm's metric in log lines of CloudWatch's embedded metric format. */
function valuesOf(alarm: AlarmDefinition, lines: string[]): { at: number; value: number }[] {
  const parsed = lines.map((line) => JSON.parse(line) as MetricLine).filter(({ _aws }) => _aws);
  return parsed.flatMap((line) => {
    const isMatch = line._aws.CloudWatchMetrics.some(
      ({ Namespace, Dimensions, Metrics }) =>
        Namespace === alarm.Namespace &&
        Metrics.some(({ Name }) => Name === alarm.MetricName) &&
        Dimensions.some((names) => hasDimensions(line, names, alarm)),
    );
    return isMatch ? [{ at: line._aws.Timestamp, value: Number(line[alarm.MetricName]) }] : [];
  });
}

function hasDimensions(line: MetricLine, names: string[], { Dimensions }: AlarmDefinition) {
  const found = names.map((name) => `${name}=${line[name]}`).sort();
  const wanted = Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort();
  return found.join() === wanted.join();
}

const SLIDE_MS = 600_000;

/**
 * Returns whether an alarm fires between two times, in milliseconds since the epoch. It fires if
 * `EvaluationPeriods` periods in a row breach. CloudWatch slides periods by the minute; this
 * slides them by 10 minutes. With a wall clock window, periods are hours of the clock.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export function fires(alarm: AlarmDefinition, lines: string[], from: number, to: number): boolean {
  const values = valuesOf(alarm, lines);
  const length = alarm.Period * 1_000;
  const step = alarm.EvaluationWindow === undefined ? SLIDE_MS : length;
  for (let first = Math.ceil(from / length) * length; first < from + 2 * length; first += step) {
    if (firesFrom(alarm, values, first, to)) return true;
    if (step === length) return false;
  }
  return false;
}

function firesFrom(
  alarm: AlarmDefinition,
  values: { at: number; value: number }[],
  from: number,
  to: number,
): boolean {
  const length = alarm.Period * 1_000;
  let breaching = 0;
  for (let start = from; start + length <= to; start += length) {
    const inPeriod = values.filter(({ at }) => at >= start && at < start + length);
    breaching = breaches(
      alarm,
      inPeriod.map(({ value }) => value),
    )
      ? breaching + 1
      : 0;
    if (breaching === alarm.EvaluationPeriods) return true;
  }
  return false;
}

const STATISTICS = {
  Sum: (values: number[]) => values.reduce((sum, value) => sum + value, 0),
  Maximum: (values: number[]) => Math.max(...values),
  Minimum: (values: number[]) => Math.min(...values),
};

function breaches(alarm: AlarmDefinition, values: number[]): boolean {
  if (values.length === 0) return alarm.TreatMissingData === 'breaching';
  const value = STATISTICS[alarm.Statistic](values);
  return alarm.ComparisonOperator === 'LessThanThreshold'
    ? value < alarm.Threshold
    : value >= alarm.Threshold;
}
