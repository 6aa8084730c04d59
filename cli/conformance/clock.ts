import { setTimeout } from 'node:timers/promises';

/** The clock of every wait; tests use a virtual one. */
export type Clock = {
  /** Milliseconds since any fixed moment. */
  now: () => number;
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
};

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) =>
    setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal }),
};
