import { FUNCTION_KEY } from '../sandbox/names.ts';
import type { Scenario } from '../support/scenario.ts';
import { KINDS, type Kind, OF_API, OF_AWS, OF_DATABASE } from './kinds.ts';
import type { Random } from './random.ts';

export type RandomFaults = {
  /** The function's outside calls so far. */
  calls: number;
  /** The calls that failed. */
  faults: number;
  /** Ends the effect of a kill, before the next invocation. */
  revive: () => void;
  /** Removes the faults. */
  fix: () => void;
};

type RandomFaultsOptions = {
  /** The share of calls that fail. */
  rate: number;
  random: Random;
  /** Runs before every call. */
  onCall: () => Promise<void>;
};

// A timeout takes seconds of real time, and has the effect of a kill before the call is sent.
const DRAWN = KINDS.filter((kind) => kind !== 'timeout');

/** Lets the function's outside calls fail at random, with faults of every kind but timeouts. */
export function injectRandomly(
  { aws, api, database, witness }: Scenario,
  { rate, random, onCall }: RandomFaultsOptions,
): RandomFaults {
  let isKilled = false;
  const faultOf = async <F>(faults: Record<Kind, F>): Promise<F | undefined> => {
    if (!witness.isRunning()) return undefined;
    await onCall();
    injected.calls += 1;
    if (isKilled) return faults['killed before it is sent'];
    const kind = random() < rate ? DRAWN[Math.floor(random() * DRAWN.length)] : undefined;
    if (kind === undefined) return undefined;
    injected.faults += 1;
    isKilled = kind.includes('killed');
    return faults[kind];
  };
  aws.fault = (_action, _input, caller) => (caller === FUNCTION_KEY ? faultOf(OF_AWS) : undefined);
  api.fault = () => faultOf(OF_API);
  database.fault = () => faultOf(OF_DATABASE);
  const injected: RandomFaults = {
    calls: 0,
    faults: 0,
    revive: () => {
      isKilled = false;
    },
    fix: () => {
      for (const server of [aws, api, database]) server.fault = undefined;
    },
  };
  return injected;
}
