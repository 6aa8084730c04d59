import type { Scenario } from '../support/scenario.ts';

type Line = Record<string, unknown> & {
  _aws?: {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
};

export function linesOf({ lines }: Scenario): Line[] {
  return lines.map((line) => JSON.parse(line));
}

type Measured = { values: Record<string, unknown>; dimensions: string[] };

/** Returns the metrics of the last invocation by their names, and their dimensions. */
export function measured(world: Scenario): Measured {
  const line = linesOf(world).findLast((one) => one._aws !== undefined);
  const directives = line?._aws?.CloudWatchMetrics ?? [];
  const names = directives.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
  const dimensions = directives.flatMap(({ Dimensions }) => Dimensions.flat());
  return { values: Object.fromEntries(names.map((name) => [name, line?.[name]])), dimensions };
}
