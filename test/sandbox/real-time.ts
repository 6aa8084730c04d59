import { SYSTEM_CLOCK } from '../../lambda/clock.ts';
import type { virtualTime } from './virtual-time.ts';

/** The machine's clock, for a function that runs in its own process. */
export const REAL_TIME: ReturnType<typeof virtualTime> = {
  ...SYSTEM_CLOCK,
  elapsed: SYSTEM_CLOCK.now,
  advance: () => {
    throw new Error('real time cannot be advanced');
  },
};
