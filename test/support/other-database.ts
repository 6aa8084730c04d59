import { addDatabase, type ClusterDatabase, setDefaultUser } from '../sandbox/cluster/databases.ts';
import { type Database, startDatabase } from '../sandbox/database/database.ts';
import type { Scenario } from './scenario.ts';

export const OTHER_PASSWORD = 'of-another-database-1';

type OtherDatabase = AsyncDisposable & { listed: ClusterDatabase; database: Database };

/** Adds a second database, with a default user of its own, to the cluster of a scenario. */
export async function addOtherDatabase(world: Scenario): Promise<OtherDatabase> {
  const database = await startDatabase('built-in', undefined);
  const listed = addDatabase(world.cluster, database.port, database.setUser);
  await setDefaultUser(listed, [OTHER_PASSWORD]);
  return { listed, database, [Symbol.asyncDispose]: database.close };
}
