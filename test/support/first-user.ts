import { addUser } from '../sandbox/cluster/cluster.ts';
import { setDefaultUser } from '../sandbox/cluster/databases.ts';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import type { World } from '../sandbox/world.ts';
import { FIRST_PASSWORD, type ScenarioOptions } from './scenario.ts';

/** Adds the user of a scenario, or turns the default user of its database on. */
export async function addFirstUser(
  { isDefaultUser, role, login }: ScenarioOptions,
  { cluster }: Pick<World, 'cluster'>,
): Promise<ClusterUser> {
  const passwords = [FIRST_PASSWORD];
  const [database] = cluster.databases;
  if (isDefaultUser && database !== undefined) return setDefaultUser(database, passwords);
  const needed = login === 'self' ? 'db_viewer' : 'none';
  return addUser(cluster, { name: 'orders', role: role ?? needed, passwords });
}

/** Returns the first value of a scenario's secret. */
export function firstValue(
  { noDatabase, ssl, value }: ScenarioOptions,
  { database }: Pick<World, 'database'>,
  { name: username }: ClusterUser,
): object {
  const endpoint = noDatabase ? {} : { host: '127.0.0.1', port: database.port };
  const plain = ssl === false ? { ssl: false } : {};
  return { username, password: FIRST_PASSWORD, ...endpoint, ...plain, ...value };
}
