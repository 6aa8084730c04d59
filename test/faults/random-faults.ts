import { FUNCTION_KEY } from '../sandbox/names.ts';
import type { Scenario } from '../support/scenario.ts';
import { KINDS, type Kind, OF_API, OF_AWS, OF_DATABASE } from './injection.ts';
import type { Random } from './random.ts';

/** The faults that befell the function's outside calls. */
export type RandomFaults = {
  calls: number;
  faults: number;
  /** A killed function is dead until it is invoked again. */
  revive: () => void;
  mend: () => void;
};

export type RandomFaultsOptions = {
  /** The share of calls that a fault befalls. */
  rate: number;
  random: Random;
  /** Runs before every call. */
  onCall: () => Promise<void>;
};

// A call that times out waits for seconds of real time, and to the servers it is as one that was
// killed before it was sent.
const DRAWN = KINDS.filter((kind) => kind !== 'timeout');

/** Lets faults of every kind befall the function's calls, each by chance. */
export function injectRandomly(
  { aws, api, database, witness }: Scenario,
  { rate, random, onCall }: RandomFaultsOptions,
): RandomFaults {
  let isKilled = false;
  const outcome = async <F>(of: Record<Kind, F>): Promise<F | undefined> => {
    if (!witness.isRunning()) return undefined;
    await onCall();
    injected.calls += 1;
    if (isKilled) return of['killed before it is sent'];
    const kind = random() < rate ? DRAWN[Math.floor(random() * DRAWN.length)] : undefined;
    if (kind === undefined) return undefined;
    injected.faults += 1;
    isKilled = kind.includes('killed');
    return of[kind];
  };
  aws.fault = (_action, _input, caller) => (caller === FUNCTION_KEY ? outcome(OF_AWS) : undefined);
  api.fault = () => outcome(OF_API);
  database.fault = () => outcome(OF_DATABASE);
  const injected: RandomFaults = {
    calls: 0,
    faults: 0,
    revive: () => {
      isKilled = false;
    },
    mend: () => {
      for (const server of [aws, api, database]) server.fault = undefined;
    },
  };
  return injected;
}
