import type { Scenario } from '../support/scenario.ts';

// The function caches the parameters of the clusters for 5 minutes.
export const PARAMETERS_EXPIRE_SECONDS = 5 * 60 + 1;

/** Advances the clock until the function reads the parameters again. */
export function expireParameters({ time }: Pick<Scenario, 'time'>): void {
  time.advance(PARAMETERS_EXPIRE_SECONDS);
}
