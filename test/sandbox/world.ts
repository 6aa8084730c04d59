import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsConfig } from '../../lambda/aws/client-config.ts';
import { type Clock, SYSTEM_CLOCK } from '../../lambda/clock.ts';
import { createHandler } from '../../lambda/handler.ts';
import { startLambdaServer } from './aws/lambda-server.ts';
import type { Certificate } from './certificate.ts';
import type { DatabaseKind } from './database/database.ts';
import {
  CLUSTERS_PATH,
  FUNCTION_ARN,
  FUNCTION_KEY,
  FUNCTION_NAME,
  LOG_GROUP,
  REGION,
} from './names.ts';
import { type Servers, startServers } from './servers.ts';
import { putAdmin, putCluster, putClusterNames } from './setup.ts';

/** Loads the function with its environment variables. */
type Load = (environment: Record<string, string>) => Promise<World['invoke']>;

export type WorldOptions = {
  /** Default: the sources, with the world's clock. */
  load?: Load | undefined;
  /** Default: a real redis-server if the PATH has one, else the emulator. */
  database?: DatabaseKind | undefined;
  /** Whether the database uses TLS; default true. */
  ssl?: boolean;
  /** Whether the cluster has an admin secret; default true. */
  admin?: boolean;
  /** The CA of the client certificates that the API and the database require. */
  clientAuthority?: Certificate;
  /** The clock of the function and of every server. */
  time?: Clock & { elapsed?: () => number };
  /** The function's settings besides the clusters' path. */
  settings?: Record<string, string>;
  /** Receives every call of the function when it has ended. */
  onCall?: (report: CallReport) => void;
};

/** One call of the function. */
export type CallReport = {
  event: unknown;
  ms: number;
  result?: unknown;
  error?: unknown;
};

/** The servers that a rotation uses, on loopback ports, and the function. */
export type World = AsyncDisposable &
  Servers & {
    /** The variables with which another process uses the same world. */
    environment: Record<string, string>;
    secretsManager: SecretsManagerClient;
    parameters: SSMClient;
    /** Calls the function as AWS Lambda does. */
    invoke: (event: unknown, context?: object) => Promise<unknown>;
    /** The function's log: a JSON object for each line. */
    lines: string[];
  };

/** Starts a world. If a part does not start, stops the others. */
export async function openWorld(options: WorldOptions = {}): Promise<World> {
  await using started = new AsyncDisposableStack();
  const { time = SYSTEM_CLOCK } = options;
  const lines: string[] = [];
  const servers = await startServers({ ...options, time, lines, invoke: (event) => invoke(event) });
  started.use(servers);
  const lambda = await startLambdaServer({
    functionName: FUNCTION_NAME,
    logGroup: LOG_GROUP,
    variables: { CLUSTERS_PATH },
    invoke: (event) => invoke(event),
  });
  started.defer(lambda.close);
  const environment = {
    ...awsEnvironment(servers.aws.port, lambda.port),
    CLUSTERS_PATH,
    ...options.settings,
  };
  const handler = await loadFunction(environment, options, lines);
  const invoke = reportCalls(
    (event, context) => handler(event, { invokedFunctionArn: FUNCTION_ARN, ...context }),
    options.onCall,
  );
  const secretsManager = new SecretsManagerClient(awsConfig(environment, 'SECRETS_MANAGER'));
  const parameters = new SSMClient(awsConfig(environment, 'SSM'));
  started.defer(async () => secretsManager.destroy());
  started.defer(async () => parameters.destroy());
  const world = { ...servers, environment, secretsManager, parameters, invoke, lines };
  await putCluster(world);
  await putClusterNames(world, 'sandbox');
  if (options.admin ?? true) await putAdmin(world);
  const running = started.move();
  return { ...world, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function reportCalls(
  invoke: World['invoke'],
  onCall: WorldOptions['onCall'] = () => undefined,
): World['invoke'] {
  return async (event, context) => {
    const started = performance.now();
    const report = (outcome: object) =>
      onCall({ event, ms: performance.now() - started, ...outcome });
    try {
      const result = await invoke(event, context);
      report({ result });
      return result;
    } catch (error) {
      report({ error });
      throw error;
    }
  };
}

async function loadFunction(
  environment: Record<string, string>,
  { load, time: { now, sleep } = SYSTEM_CLOCK }: WorldOptions,
  lines: string[],
): Promise<World['invoke']> {
  const own = { ...environment, AWS_ACCESS_KEY_ID: FUNCTION_KEY };
  return (await load?.(own)) ?? createHandler(own, { now, sleep }, (line) => lines.push(line));
}

/** Returns the variables that AWS SDKs and the AWS CLI read. The sandbox accepts any access key. */
function awsEnvironment(port: number, lambdaPort: number): Record<string, string> {
  const url = `http://127.0.0.1:${port}`;
  return {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_ENDPOINT_URL_SSM: url,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url,
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${lambdaPort}`,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
  };
}
