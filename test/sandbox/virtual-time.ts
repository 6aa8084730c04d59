/** A clock that stands still but for sleeping, which takes no time, and `advance`. */
export function virtualTime(afterSleep: () => Promise<void>, start = Date.UTC(2026, 0, 1)) {
  let now = start;
  const advance = (seconds: number) => {
    now += seconds * 1_000;
  };
  const sleep = async (milliseconds: number) => {
    advance(milliseconds / 1_000);
    await afterSleep();
  };
  return { now: () => now, sleep, advance };
}
