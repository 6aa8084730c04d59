/** A clock that stands still but for sleeping, which takes no time, and `advance`. */
export function virtualTime(afterSleep: () => Promise<void>, start = Date.UTC(2026, 0, 1)) {
  let now = start;
  let elapsed = start;
  const advance = (seconds: number) => {
    now += seconds * 1_000;
    elapsed += Math.max(0, seconds) * 1_000;
  };
  const sleep = async (milliseconds: number) => {
    advance(milliseconds / 1_000);
    await afterSleep();
  };
  /** What the clock would say had it never been set back. */
  const elapsedNow = () => elapsed;
  return { now: () => now, elapsed: elapsedNow, sleep, advance };
}
