import { setTimeout } from 'node:timers/promises';
import type { Time } from '../../lambda/edges.ts';

/** The machine's clock. */
export const SYSTEM_TIME: Time = {
  now: () => Date.now(),
  sleep: async (milliseconds) => setTimeout(milliseconds),
};

/** A clock that stands still but for sleeping, which takes no time, and `advance`. */
export function virtualTime(start = Date.UTC(2026, 0, 1)) {
  let now = start;
  const advance = (seconds: number) => {
    now += seconds * 1_000;
  };
  const sleep = async (milliseconds: number) => advance(milliseconds / 1_000);
  return { now: () => now, sleep, advance };
}
