import { setTimeout } from 'node:timers/promises';
import type { World } from '../sandbox/world.ts';

/** One outside call, as the server sees it; times in milliseconds. */
export type Call = {
  service: 'AWS' | 'cluster' | 'database';
  action: string;
  from: number;
  to: number;
};

/**
 * Delays every reply of a world's servers, as a network would, and notes every call. A connection
 * to a database is one call: AUTH and ACL WHOAMI go out together.
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

/** How many calls had to wait for another one: the longest chain in which none overlaps the next. */
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

/** Whether a call is one of those that share AWS's quota of 50 a second. */
export function isWrite({ service, action }: Call): boolean {
  return service === 'AWS' && /Put|Update/.test(action);
}
