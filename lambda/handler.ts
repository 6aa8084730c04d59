import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsConfig } from './aws/client-config.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { type ClusterSource, clusterSource } from './cluster/parameter-cache.ts';
import type { Context } from './context.ts';
import { type Deadline, openDeadline } from './deadline.ts';
import { type RotationError, toRotationError } from './errors.ts';
import { type Event, parseEvent } from './event.ts';
import { rotate } from './rotation.ts';
import { type Environment, readSettings } from './settings.ts';
import { openLog } from './telemetry/log.ts';
import { type Measures, metricFields } from './telemetry/metrics.ts';
import { openRedaction, type Redaction, redactFields } from './telemetry/redaction.ts';

/**
 * Builds the handler of the Lambda function from its environment variables: its own, and those of
 * AWS. Throws `setting_invalid`.
 */
export function createHandler(
  environment: Environment,
  time: Clock = SYSTEM_CLOCK,
  write: (line: string) => void = (line) => process.stdout.write(line),
) {
  const settings = readSettings(environment);
  const client = new SecretsManagerClient(awsConfig(environment, 'SECRETS_MANAGER'));
  const parameters = awsConfig(environment, 'SSM');
  const clusters = clusterSource(parameters, settings.clustersPath, time.now);
  const shared = {
    edges: { ...time, settings, clusters, reads: new Map(), refusals: new Map() },
    client,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME ?? 'local',
    write,
  };
  return (input: unknown, context: LambdaContext = {}) => handle(input, context, shared);
}

type Shared = {
  edges: Pick<Context, keyof Clock | 'settings' | 'reads' | 'refusals'> & {
    clusters: ClusterSource;
  };
  client: SecretsManagerClient;
  functionName: string;
  write: (line: string) => void;
};

async function handle(input: unknown, context: LambdaContext, shared: Shared): Promise<unknown> {
  const { functionName, write } = shared;
  const { now } = shared.edges;
  using deadline = openDeadline(context.getRemainingTimeInMillis?.());
  const { registerSecret, redact } = openRedaction();
  const started = now();
  const measures: Measures = {};
  let event: Event | undefined;
  let log = openLog({}, { write, redact, now });
  // One line tells of the whole invocation, and carries its metrics.
  const metrics = (code?: string) => {
    const at = now();
    if (event !== undefined && 'ClientRequestToken' in event) {
      measures.RotationStepErrors = Number(code !== undefined);
    }
    return metricFields({ at, functionName, step: event?.Step, ms: at - started, code, measures });
  };
  try {
    event = parseEvent(input);
    log = openLog(contextOf(event), { write, redact, now });
    if ('RotationToken' in event) registerSecret(event.RotationToken);
    const measure = (measured: Measures) => Object.assign(measures, measured);
    const edges = edgesOf(event, context, shared, { deadline, log, measure, registerSecret });
    const result = await deadline.within(rotate(event, edges));
    log('INFO', 'done', { ...metrics(), ...result });
    return redactFields(result, redact);
  } catch (thrown) {
    const error = redacted(toRotationError(thrown), redact);
    const { code, message, cause } = error;
    log('ERROR', 'failed', { ...metrics(code), code, error: message, cause });
    throw error;
  }
}

type Own = Pick<Context, 'log' | 'measure' | 'registerSecret'> & { deadline: Deadline };

/** What the operations of one invocation may use. */
function edgesOf(
  event: Event,
  context: LambdaContext,
  { edges, client }: Shared,
  own: Own,
): Context {
  const { now, clusters } = edges;
  const { log, measure, registerSecret } = own;
  const { signal: abortSignal, within } = own.deadline;
  const until = { abortSignal };
  const ends = now() + (context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY);
  const sleep = (milliseconds: number) => within(edges.sleep(milliseconds));
  return {
    ...edges,
    ...{ sleep, log, measure, registerSecret },
    clusters: (isFresh) => clusters(abortSignal, isFresh),
    secret: { now, sleep, arn: event.SecretId, client, log, changes: new Map(), until },
    values: new Map(),
    referencedSecrets: new Map(),
    refusedLogins: new Set(),
    functionArn: context.invokedFunctionArn,
    // After the end of the invocation, the rest of its work sends no request.
    timeLeft: () => (abortSignal.aborted ? 0 : ends - MARGIN_MS - now()),
  };
}

/** What Lambda tells of a call, as far as it is of use here. */
type LambdaContext = { invokedFunctionArn?: string; getRemainingTimeInMillis?: () => number };

// What is left for a request that is under way, for what it leads to, and for the log.
const MARGIN_MS = 25_000;

function contextOf(event: Event) {
  const { Step: step, SecretId: secretId } = event;
  const clientRequestToken = 'ClientRequestToken' in event ? event.ClientRequestToken : undefined;
  return { step, secretId, clientRequestToken };
}

function redacted(error: RotationError, redact: Redaction['redact']): RotationError {
  error.message = redact(error.message);
  error.stack = redact(error.stack ?? '');
  const { name = '', code } = error.cause ?? {};
  if (error.cause) error.cause = { name: redact(name), code: code && redact(code) };
  return error;
}
