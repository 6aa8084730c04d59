import { setTimeout } from 'node:timers/promises';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** The clock of an invocation. Tests use a virtual one. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
};

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds) => setTimeout(milliseconds),
};

/** Without `timeLeft`, in milliseconds, only the list of waits limits a `retry`. */
type Limits = Pick<Clock, 'sleep'> & { timeLeft?: () => number };

/**
 * Calls `attempt` until it returns a result, with a wait before each retry. Returns undefined if
 * the waits, or the time of the invocation, are used up.
 */
export async function retry<T>(
  waitsMs: readonly number[],
  { sleep, timeLeft = () => Number.POSITIVE_INFINITY }: Limits,
  attempt: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const wait of [...waitsMs, undefined]) {
    const result = await attempt();
    if (result !== undefined || wait === undefined || timeLeft() <= wait) return result;
    await sleep(wait);
  }
  return undefined;
}
