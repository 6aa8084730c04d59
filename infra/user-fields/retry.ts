/** The clock of one invocation. Tests use a virtual one. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now: () => number;
  sleep: (milliseconds: number) => Promise<unknown>;
};

// IAM applies a new policy within seconds, a new function is pending for seconds, and a throttle
// ends within seconds. AWS documents no limits.
export const RETRY_MS = 60_000;
// Spread, because CloudFormation starts the handlers of all users at the same time.
const WAIT_MIN_MS = 2_000;
export const WAIT_MAX_MS = 6_000;

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
