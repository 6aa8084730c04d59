import { RETRY_MS, WAIT_MAX_MS, WAIT_MIN_MS } from './limits.ts';

/** The clock of one invocation. Tests use a virtual one. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now: () => number;
  sleep: (milliseconds: number) => Promise<unknown>;
};

/** Calls `attempt` until it succeeds. Retries for a minute the errors that soon pass. */
export async function retryFor<T>(
  attempt: () => Promise<T>,
  isPassing: (error: unknown) => boolean,
  { now, sleep }: Clock,
): Promise<T> {
  const ends = now() + RETRY_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const wait = WAIT_MIN_MS + Math.random() * (WAIT_MAX_MS - WAIT_MIN_MS);
      if (!isPassing(error) || now() + wait > ends) throw error;
      await sleep(wait);
    }
  }
}
