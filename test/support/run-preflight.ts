import type { Preflight } from '../../lambda/preflight/preflight.ts';
import type { Scenario } from './scenario.ts';

/** Returns what preflight finds for the scenario's secret. */
export async function runPreflight({ invoke, arn }: Scenario): Promise<Preflight> {
  return (await invoke({ Step: 'preflight', SecretId: arn })) as Preflight;
}
