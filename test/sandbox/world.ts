import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsConfig } from '../../lambda/aws/client-config.ts';
import { type Clock, SYSTEM_CLOCK } from '../../lambda/clock.ts';
import { createHandler } from '../../lambda/handler.ts';
import { type AwsServer, startAwsServer } from './aws/aws-server.ts';
import { startLambdaServer } from './aws/lambda-server.ts';
import { parameterStoreService } from './aws/parameter-store.ts';
import { openSecretStore, type SecretStore, type StoreOptions } from './aws/secret-store.ts';
import { secretsManagerService } from './aws/secrets-manager.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { type ClusterApi, startClusterApi } from './cluster/api.ts';
import { type Cluster, makeCluster } from './cluster/cluster.ts';
import { seeDatabaseLogin } from './cluster/login.ts';
import { type Database, type DatabaseKind, startDatabase } from './database/database.ts';
import { type DatabaseProxy, openPropagation, type Propagation } from './database/propagation.ts';
import {
  CLUSTER_NAME,
  CLUSTERS_PATH,
  FUNCTION_ARN,
  FUNCTION_KEY,
  FUNCTION_NAME,
  REGION,
} from './names.ts';
import type { RotationDriver } from './rotation-driver.ts';
import { putAdmin, putCluster, putClusterNames } from './setup.ts';

/** Loads the function with the environment variables that it has. */
export type Load = (environment: Record<string, string>) => Promise<World['invoke']>;

export type WorldOptions = {
  /** Default: the sources, with the world's clock. */
  load?: Load | undefined;
  /** Default: a real redis-server where there is one on the PATH. */
  database?: DatabaseKind | undefined;
  /** Whether the database speaks TLS; default true. */
  ssl?: boolean;
  /** Whether the cluster has an admin secret; default true. */
  admin?: boolean;
  /** Who signs the certificates that clients must show to API and database. */
  clientAuthority?: Certificate;
  /** The clock of the function and of every server. */
  time?: Clock & { elapsed?: () => number };
  /** The function's settings; the clusters' path is given. */
  settings?: Record<string, string>;
};

/** Everything a rotation touches, on loopback ports, and the function that is called for it. */
export type World = AsyncDisposable & {
  /** What another process needs to reach the same world. */
  environment: Record<string, string>;
  certificate: Certificate;
  aws: AwsServer;
  cluster: Cluster;
  propagation: Propagation;
  /** That of the database. */
  proxy: DatabaseProxy;
  api: ClusterApi;
  database: Database;
  store: SecretStore;
  storeOptions: StoreOptions;
  driver: RotationDriver;
  secretsManager: SecretsManagerClient;
  parameters: SSMClient;
  /** Calls the function, as AWS Lambda would. */
  invoke: (event: unknown, context?: object) => Promise<unknown>;
  /** The function's log, a JSON object a line. */
  lines: string[];
};

// Between the attempts of a failed rotation; on AWS it is not documented, and longer.
const RETRY_WAIT_MS = 1_000;
const ATTEMPTS = 3;

/** Starts a world; whatever started is stopped again where the rest does not. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  await using started = new AsyncDisposableStack();
  const { time: { now, sleep } = SYSTEM_CLOCK, clientAuthority } = options;
  const certificate = await makeCertificate(CLUSTER_NAME);
  const database = await startDatabase(
    options.database,
    options.ssl === false ? undefined : certificate,
    { clientAuthority },
  );
  started.defer(database.close);
  const propagation = openPropagation(now);
  const proxy = propagation.add(database.setUser);
  const cluster = makeCluster(CLUSTER_NAME, { now, onPasswords: propagation.tell });
  cluster.databasePort = database.port;
  database.onLogin = (login) => void seeDatabaseLogin(cluster, login);
  const api = await startClusterApi(cluster, certificate, { clientAuthority });
  started.defer(api.close);
  const storeOptions = { now, elapsed: options.time?.elapsed, staleReadsMs: 0 };
  const store = openSecretStore(storeOptions);
  const lines: string[] = [];
  const driver: RotationDriver = {
    functionArn: FUNCTION_ARN,
    invoke: (event) => invoke(event),
    attempts: ATTEMPTS,
    retryWaitMs: RETRY_WAIT_MS,
    leavePending: false,
    sleep,
    onStep: () => undefined,
    running: new Map(),
  };
  const services = [secretsManagerService(store, driver), parameterStoreService()];
  const aws = await startAwsServer(services);
  started.defer(aws.close);
  const lambda = await startLambdaServer(FUNCTION_NAME, (event) => invoke(event));
  started.defer(lambda.close);
  const environment = {
    ...awsEnvironment(aws.port, lambda.port),
    CLUSTERS_PATH,
    ...options.settings,
  };
  const own = { ...environment, AWS_ACCESS_KEY_ID: FUNCTION_KEY };
  const write = (line: string) => lines.push(line);
  const handler = (await options.load?.(own)) ?? createHandler(own, { now, sleep }, write);
  const invoke: World['invoke'] = (event, context) =>
    handler(event, { invokedFunctionArn: FUNCTION_ARN, ...context });
  const secretsManager = new SecretsManagerClient(awsConfig(environment, 'SECRETS_MANAGER'));
  const parameters = new SSMClient(awsConfig(environment, 'SSM'));
  started.defer(async () => secretsManager.destroy());
  started.defer(async () => parameters.destroy());
  const world = {
    environment,
    certificate,
    aws,
    cluster,
    propagation,
    proxy,
    api,
    database,
    store,
    storeOptions,
    driver,
    secretsManager,
    parameters,
    invoke,
    lines,
  };
  await putCluster(world);
  await putClusterNames(world, 'sandbox');
  if (options.admin ?? true) await putAdmin(world);
  const running = started.move();
  return { ...world, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** What every AWS SDK and the AWS CLI read; the sandbox takes any key. */
function awsEnvironment(port: number, lambdaPort: number): Record<string, string> {
  const url = `http://127.0.0.1:${port}`;
  return {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_ENDPOINT_URL_SSM: url,
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${lambdaPort}`,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
  };
}
