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
 * Calls `attempt` until its result is final, with a wait before each retry. Returns the last result
 * if the waits, or the time of the invocation, are used up. By default, every result is final
 * except undefined.
 */
export async function retry<T>(
  waitsMs: readonly number[],
  { sleep, timeLeft = () => Number.POSITIVE_INFINITY }: Limits,
  attempt: () => Promise<T>,
  isFinal: (result: T) => boolean = (result) => result !== undefined,
): Promise<T> {
  for (const wait of waitsMs) {
    const result = await attempt();
    if (isFinal(result) || timeLeft() <= wait) return result;
    await sleep(wait);
  }
  return attempt();
}
