import type { ClusterApi } from '../sandbox/cluster/api.ts';
import type { Database } from '../sandbox/database/database.ts';
import { FUNCTION_KEY } from '../sandbox/names.ts';
import type { Scenario } from '../support/scenario.ts';
import { type Kind, OF_API, OF_AWS, OF_DATABASE } from './kinds.ts';

/**
 * The outside call that fails, counted from 1. Later calls to the same server fail likewise, except
 * after a lost reply. After a kill, every later call fails.
 */
export type Injection = { at: number; kind: Kind };

export type ClusterServers = { api: ClusterApi; database: Database };

/** Counts the function's outside calls to every server, and injects a fault. */
export function inject(
  { aws, witness }: Pick<Scenario, 'aws' | 'witness'>,
  clusters: ClusterServers[],
  { at, kind }: Injection,
): { calls: () => number; fix: () => void } {
  const isKilled = kind.includes('killed');
  let calls = 0;
  let hit: object | undefined;
  const faultOf = <F>(server: object, faults: Record<Kind, F>): F | undefined => {
    if (!witness.isRunning()) return undefined;
    calls += 1;
    if (calls < at) return undefined;
    if (calls === at) {
      hit = server;
      return faults[kind];
    }
    if (isKilled) return faults['killed before it is sent'];
    // After a lost reply, the same invocation retries successfully.
    const isOnce = kind === 'applied, reply lost';
    return server === hit && !isOnce ? faults[kind] : undefined;
  };
  aws.fault = (_action, _input, caller) =>
    caller === FUNCTION_KEY ? faultOf(aws, OF_AWS) : undefined;
  for (const { api, database } of clusters) {
    api.fault = () => faultOf(api, OF_API);
    database.fault = () => faultOf(database, OF_DATABASE);
  }
  const fix = () => {
    aws.fault = undefined;
    for (const { api, database } of clusters) {
      api.fault = undefined;
      database.fault = undefined;
    }
  };
  return { calls: () => calls, fix };
}
