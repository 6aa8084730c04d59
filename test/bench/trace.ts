import { setTimeout } from 'node:timers/promises';
import type { World } from '../sandbox/world.ts';

/** One call, as the server sees it; times in milliseconds. */
export type Call = {
  service: 'AWS' | 'cluster' | 'database';
  action: string;
  from: number;
  to: number;
};

/**
 * Delays every reply of a world's servers, as a network does, and records every call. A connection
 * to a database is one call, because AUTH and ACL WHOAMI are sent together.
 */
export function trace({ aws, api, database }: World, delayMs: number): Call[] {
  const calls: Call[] = [];
  const delay = async (service: Call['service'], action: string) => {
    const from = performance.now();
    if (delayMs > 0) await setTimeout(delayMs);
    calls.push({ service, action, from, to: performance.now() });
    return undefined;
  };
  aws.fault = (action) => delay('AWS', action);
  api.fault = ({ method, path }) => delay('cluster', `${method} ${path}`);
  database.fault = () => delay('database', 'AUTH');
  return calls;
}

/** Returns the length of the longest chain of calls in which no call overlaps the next. */
export function roundTrips(calls: Call[]): number {
  let count = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of calls.toSorted((one, other) => one.to - other.to)) {
    if (from < until) continue;
    count += 1;
    until = to;
  }
  return count;
}

/** Returns whether a call counts towards AWS's shared quota of 50 writes a second. */
export function isWrite({ service, action }: Call): boolean {
  return service === 'AWS' && /Put|Update/.test(action);
}
