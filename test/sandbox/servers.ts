import { type AwsServer, startAwsServer } from './aws/aws-server.ts';
import { logsService } from './aws/logs.ts';
import { parameterStoreService } from './aws/parameter-store.ts';
import { openSecretStore, type SecretStore, type StoreOptions } from './aws/secret-store.ts';
import { secretsManagerService } from './aws/secrets-manager.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { type ClusterApi, startClusterApi } from './cluster/api.ts';
import { type Cluster, makeCluster } from './cluster/cluster.ts';
import { addDatabase } from './cluster/databases.ts';
import { countDatabaseLogin } from './cluster/login.ts';
import { type Database, startDatabase } from './database/database.ts';
import { type DatabaseProxy, openPropagation, type Propagation } from './database/propagation.ts';
import { CLUSTER_NAME, FUNCTION_ARN, LOG_GROUP } from './names.ts';
import type { RotationDriver } from './rotation-driver.ts';
import type { WorldOptions } from './world.ts';

/** AWS, a cluster, and its database. */
export type Servers = {
  certificate: Certificate;
  aws: AwsServer;
  cluster: Cluster;
  propagation: Propagation;
  /** The proxy of the database. */
  proxy: DatabaseProxy;
  api: ClusterApi;
  database: Database;
  store: SecretStore;
  storeOptions: StoreOptions;
  driver: RotationDriver;
};

type ServersOptions = Pick<WorldOptions, 'database' | 'ssl' | 'clientAuthority'> & {
  time: NonNullable<WorldOptions['time']>;
  invoke: RotationDriver['invoke'];
  /** The function's log. */
  lines: string[];
};

// Between the attempts of a failed rotation. AWS does not document it, and waits longer.
const RETRY_WAIT_MS = 1_000;
const ATTEMPTS = 3;

/** Starts the servers. If one does not start, stops the others. */
export async function startServers(options: ServersOptions): Promise<Servers & AsyncDisposable> {
  await using started = new AsyncDisposableStack();
  const { clientAuthority, time } = options;
  const { now, sleep } = time;
  const certificate = await makeCertificate(CLUSTER_NAME);
  const tls = options.ssl === false ? undefined : certificate;
  const database = await startDatabase(options.database, tls, { clientAuthority });
  started.defer(database.close);
  const propagation = openPropagation(now);
  const proxy = propagation.add(database.setUser);
  const cluster = makeCluster(CLUSTER_NAME, { now, onPasswords: propagation.update });
  addDatabase(cluster, database.port, (user) => cluster.onPasswords(user));
  database.onLogin = (login) => void countDatabaseLogin(cluster, login);
  const api = await startClusterApi(cluster, certificate, { clientAuthority });
  started.defer(api.close);
  const storeOptions = { now, elapsed: time.elapsed, staleReadsMs: 0 };
  const store = openSecretStore(storeOptions);
  const driver: RotationDriver = {
    functionArn: FUNCTION_ARN,
    invoke: options.invoke,
    attempts: ATTEMPTS,
    retryWaitMs: RETRY_WAIT_MS,
    leavePending: false,
    sleep,
    onStep: () => undefined,
    running: new Map(),
  };
  const aws = await startAwsServer([
    secretsManagerService(store, driver),
    parameterStoreService(now),
    logsService(LOG_GROUP, options.lines),
  ]);
  started.defer(aws.close);
  const cloud = { aws, store, storeOptions, driver };
  const running = started.move();
  return {
    ...{ ...cloud, certificate, cluster, propagation, proxy, api, database },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
