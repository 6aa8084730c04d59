/** Returns a clock that only `sleep` and `advance` move. `sleep` takes no real time. */
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
  return {
    now: () => now,
    /** The time of a clock that is never set back. */
    elapsed: () => elapsed,
    sleep,
    advance,
  };
}
