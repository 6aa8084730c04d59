import { randomUUID } from 'node:crypto';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createHandler } from '../../infra/user-fields/handler.ts';
import { startLambdaServer } from '../sandbox/aws/lambda-server.ts';
import { FUNCTION_ARN, FUNCTION_NAME, LOG_GROUP, REGION } from '../sandbox/names.ts';
import { virtualTime } from '../sandbox/virtual-time.ts';
import { startCloudFormation } from './cloudformation-server.ts';

type Json = Record<string, unknown>;

export type DeploymentOptions = {
  /** The rotation function. Default: it succeeds, and asks for no rotation. */
  invoke?: (event: Json) => Promise<unknown>;
  /** The port of Secrets Manager. Default: none, because few deployments rotate a secret. */
  secretsManagerPort?: number;
  /** The statuses of CloudFormation's first replies, before 200. */
  statuses?: number[];
  /** The milliseconds that the handler has. */
  remainingMs?: number;
};

export const SECRET = `arn:aws:secretsmanager:${REGION}:123456789012:secret:orders-a1b2c3`;
/** What the function returns after an update. */
export const UPDATED = { versionId: randomUUID(), rotate: false };
export const IDS = {
  StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/Redis/1',
  LogicalResourceId: 'Fields',
};

/** The access key of the handler. */
export const HANDLER_KEY = 'handler';

const MINUTES_15_MS = 900_000;
const CLOSED_PORT = 1;

/** Returns the properties of the custom resource, as CloudFormation sends them. */
export const properties = (fields: Json, SecretId = SECRET) => ({
  ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:handler',
  SecretId,
  Fields: JSON.stringify(fields),
});

/** Returns the configuration of an AWS client for a server on a loopback port. */
const config = (port: number) => ({
  endpoint: `http://127.0.0.1:${port}`,
  region: REGION,
  credentials: { accessKeyId: HANDLER_KEY, secretAccessKey: 'sandbox' },
  maxAttempts: 1,
});

/** Starts CloudFormation and AWS Lambda on loopback ports, and the handler of users' fields. */
export async function openDeployment(options: DeploymentOptions = {}) {
  const { invoke = async () => UPDATED, secretsManagerPort = CLOSED_PORT } = options;
  const { statuses = [], remainingMs = MINUTES_15_MS } = options;
  await using started = new AsyncDisposableStack();
  const invocations: Json[] = [];
  const lambdaServer = await startLambdaServer({
    functionName: FUNCTION_NAME,
    logGroup: LOG_GROUP,
    invoke: (event) => {
      invocations.push(event as Json);
      return invoke(event as Json);
    },
  });
  started.defer(lambdaServer.close);
  const { received, bytes, url, fetch, close } = await startCloudFormation(statuses);
  started.defer(close);
  const lambda = new LambdaClient(config(lambdaServer.port));
  const secretsManager = new SecretsManagerClient(config(secretsManagerPort));
  started.defer(() => lambda.destroy());
  started.defer(() => secretsManager.destroy());
  const time = virtualTime(async () => undefined);
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const clients = { lambda, secretsManager, functionArn: FUNCTION_ARN };
  const handler = createHandler({ ...clients, ...time, fetch, write });
  /** Sends an event to the handler. Returns what CloudFormation received. */
  const send = async (event: unknown) => {
    const count = received.length;
    await handler(event, { getRemainingTimeInMillis: () => remainingMs });
    return received[count];
  };
  /** Sends an event with the ids and the address that CloudFormation adds. */
  const deploy = (RequestType: unknown, more: Json) =>
    send({ ...IDS, RequestType, RequestId: randomUUID(), ResponseURL: url, ...more });
  const running = started.move();
  const dispose = () => running.disposeAsync();
  return {
    ...{ invocations, received, bytes, lines, time, send, deploy },
    [Symbol.asyncDispose]: dispose,
  };
}
