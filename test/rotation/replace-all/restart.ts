import { expect } from 'vitest';
import { promisesBroken, type Scenario } from '../../support/scenario.ts';

// The function caches nothing for longer.
const CACHED_SECONDS = 30 * 60;

/**
 * Returns a function that checks the promises, then sets the secret and the users back to how they
 * are now. That takes less time than to open another scenario.
 */
export function prepareRestart(world: Scenario): () => Promise<void> {
  const { store, arn, cluster, witness, lines, api, time } = world;
  const secret = structuredClone(store.latest(arn));
  const users = structuredClone(cluster.users);
  return async () => {
    expect(promisesBroken(world)).toEqual([]);
    for (const list of [witness.seen, witness.texts, lines, api.calls]) list.length = 0;
    time.advance(CACHED_SECONDS);
    store.write(arn, (current) => Object.assign(current, structuredClone(secret)));
    for (const [index, user] of cluster.users.entries()) {
      Object.assign(user, structuredClone(users[index]));
      await cluster.onPasswords(user);
    }
  };
}
