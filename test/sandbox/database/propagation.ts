import type { DatabaseUser } from './database.ts';

/** A proxy of a database, with users of its own. */
export type DatabaseProxy = {
  /** How long it does not know of a change yet; infinite: it never learns. */
  delayMs: number;
};

/** How the proxies learn of a user; how fast they do is documented nowhere. */
export type Propagation = {
  add: (setUser: (user: DatabaseUser) => Promise<void>) => DatabaseProxy;
  tell: (user: DatabaseUser) => Promise<void>;
  /** Tells the proxies what is due, for a clock that does not run by itself. */
  deliver: () => Promise<void>;
};

// A timer may fire a moment before the clock says so; then nothing would be due, and be lost.
const TIMER_EARLY_MS = 2;

export function openPropagation(now: () => number): Propagation {
  const proxies: (DatabaseProxy & { tell: (user: DatabaseUser) => Promise<void> })[] = [];
  const late: { at: number; deliver: () => Promise<void> }[] = [];
  const deliver = async () => {
    const due = late.filter(({ at }) => at <= now());
    for (const one of due) {
      late.splice(late.indexOf(one), 1);
      await one.deliver();
    }
  };
  return {
    deliver,
    add: (tell) => {
      const proxy = { delayMs: 0, tell };
      proxies.push(proxy);
      return proxy;
    },
    tell: async (user) => {
      const seen = { ...user };
      for (const { delayMs, tell } of proxies) {
        if (delayMs === 0) await tell(seen);
        else if (Number.isFinite(delayMs)) {
          late.push({ at: now() + delayMs, deliver: () => tell(seen) });
          setTimeout(deliver, delayMs + TIMER_EARLY_MS).unref();
        }
      }
    },
  };
}
