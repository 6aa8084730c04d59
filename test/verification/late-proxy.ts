import { countDatabaseLogin } from '../sandbox/cluster/login.ts';
import { type Database, startDatabase } from '../sandbox/database/database.ts';
import type { Scenario } from '../support/scenario.ts';

/** Adds a proxy of the database, which accepts a change of users after `delayMs`. */
export async function addProxy(
  world: Scenario,
  delayMs: number,
  where: { host?: string; port?: number } = {},
): Promise<Database & AsyncDisposable> {
  const database = await startDatabase('built-in', world.certificate, where);
  database.onLogin = (login) => void countDatabaseLogin(world.cluster, login);
  await database.setUser(world.user);
  world.propagation.add(database.setUser).delayMs = delayMs;
  return { ...database, [Symbol.asyncDispose]: database.close };
}
