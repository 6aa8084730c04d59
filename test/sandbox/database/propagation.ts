import type { DatabaseUser } from './database.ts';

/** A proxy of a database. It keeps its own copy of the users. */
export type DatabaseProxy = {
  /** The delay of changes; infinite: no change arrives. */
  delayMs: number;
};

/** Passes changes of users on to the proxies. Redis does not document how fast this is. */
export type Propagation = {
  add: (setUser: (user: DatabaseUser) => Promise<void>) => DatabaseProxy;
  update: (user: DatabaseUser) => Promise<void>;
  /** Delivers the changes whose delay has passed. Virtual time needs this call. */
  deliver: () => Promise<void>;
};

// A timer may fire slightly before its time by the clock.
const TIMER_EARLY_MS = 2;

export function openPropagation(now: () => number): Propagation {
  const proxies: (DatabaseProxy & { setUser: (user: DatabaseUser) => Promise<void> })[] = [];
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
    add: (setUser) => {
      const proxy = { delayMs: 0, setUser };
      proxies.push(proxy);
      return proxy;
    },
    update: async (user) => {
      const copy = { ...user };
      for (const { delayMs, setUser } of proxies) {
        if (delayMs === 0) await setUser(copy);
        else if (Number.isFinite(delayMs)) {
          late.push({ at: now() + delayMs, deliver: () => setUser(copy) });
          setTimeout(deliver, delayMs + TIMER_EARLY_MS).unref();
        }
      }
    },
  };
}
