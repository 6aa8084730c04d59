import { type ClusterApi, startClusterApi } from '../sandbox/cluster/api.ts';
import { addUser, type Cluster, makeCluster } from '../sandbox/cluster/cluster.ts';
import { countDatabaseLogin } from '../sandbox/cluster/login.ts';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import { type Database, startDatabase } from '../sandbox/database/database.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { putClusterNames, putParameters } from '../sandbox/setup.ts';
import { FIRST_PASSWORD, putManually, type Scenario } from './scenario.ts';

export type SecondCluster = AsyncDisposable & {
  cluster: Cluster;
  api: ClusterApi;
  database: Database;
  user: ClusterUser;
};

/**
 * Adds the cluster `us` with the same user to a world, as for an Active-Active database. The secret
 * names a database of each cluster, without TLS: no certificate has a name of this machine.
 */
export async function addSecondCluster(
  world: Scenario,
  { password = FIRST_PASSWORD }: { password?: string | undefined } = {},
): Promise<SecondCluster> {
  await using started = new AsyncDisposableStack();
  const database = await startDatabase('built-in', undefined);
  started.defer(database.close);
  const cluster = makeCluster('us', { now: world.time.now, onPasswords: database.setUser });
  database.onLogin = (login) => void countDatabaseLogin(cluster, login);
  const api = await startClusterApi(cluster, world.certificate);
  started.defer(api.close);
  const admin = world.cluster.users.find(({ name }) => name === 'admin');
  if (admin !== undefined) await addUser(cluster, { ...admin, passwords: [...admin.passwords] });
  const { role } = world.user;
  const user = await addUser(cluster, { name: 'orders', role, passwords: [password] });
  await putParameters(
    world,
    {
      'api-endpoints': `https://127.0.0.1:${api.port}`,
      'ca-certificate': world.certificate.cert,
      'server-name': CLUSTER_NAME,
      'database-hosts': 'localhost',
      ...(admin && { 'admin-secret-arn': adminArnOf(world) }),
    },
    'us',
  );
  await putClusterNames(world, 'sandbox', 'us');
  // The function distinguishes the databases of the clusters by the two names of this machine.
  await putParameters(world, { 'database-hosts': '127.0.0.1' });
  const endpoints = [`127.0.0.1:${world.database.port}`, `localhost:${database.port}`];
  const value = { username: 'orders', password, ssl: false };
  await putManually(world, { ...value, endpoints });
  world.witness.watch({ name: 'us', cluster, api, database });
  const running = started.move();
  return { cluster, api, database, user, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function adminArnOf({ store }: Scenario): string {
  return store.latest('redis-enterprise/admin').arn;
}
