import type { ClusterUser } from './cluster-users.ts';

/** How the databases learn of a user; how fast they do is documented nowhere. */
export type Propagation = {
  /** How long a database does not know of a change yet. */
  delayMs: number;
  tell: (user: ClusterUser) => Promise<void>;
  /** Tells the databases what is due, for a clock that does not run by itself. */
  deliver: () => Promise<void>;
};

export function openPropagation(
  setUser: (user: ClusterUser) => Promise<void>,
  now: () => number,
): Propagation {
  const late: { at: number; user: ClusterUser }[] = [];
  const deliver = async () => {
    while (late[0] !== undefined && late[0].at <= now()) {
      const next = late.shift();
      if (next !== undefined) await setUser(next.user);
    }
  };
  const propagation: Propagation = {
    delayMs: 0,
    deliver,
    tell: async (user) => {
      if (propagation.delayMs === 0) return setUser(user);
      late.push({ at: now() + propagation.delayMs, user: { ...user } });
      setTimeout(deliver, propagation.delayMs).unref();
    },
  };
  return propagation;
}
