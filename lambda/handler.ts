import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsConfig } from './aws/client-config.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { openParameterCache, type ReadParameters } from './cluster/parameter-cache.ts';
import type { Context } from './context.ts';
import { type Deadline, openDeadline } from './deadline.ts';
import { type RotationError, toRotationError } from './errors.ts';
import { type Event, parseEvent } from './event.ts';
import { runOperation } from './rotation.ts';
import { type Environment, readSettings, type Settings } from './settings.ts';
import { type Log, openLog } from './telemetry/log.ts';
import { type Measures, metricFields } from './telemetry/metrics.ts';
import { openRedaction, type Redaction, redactFields } from './telemetry/redaction.ts';

/** The fields of Lambda's context object that the function uses. */
type LambdaContext = { invokedFunctionArn?: string; getRemainingTimeInMillis?: () => number };

/** What invocations share, as long as the environment lives. */
type Shared = {
  clock: Clock;
  settings: Settings;
  client: SecretsManagerClient;
  parameters: ReadParameters;
  replies: Context['replies'];
  rejections: Context['rejections'];
  functionName: string;
  write: (line: string) => void;
};

/** Creates the handler from the environment variables. @throws `setting_invalid` */
export function createHandler(
  environment: Environment,
  clock: Clock = SYSTEM_CLOCK,
  write: (line: string) => void = (line) => process.stdout.write(line),
) {
  const settings = readSettings(environment);
  const ssm = awsConfig(environment, 'SSM');
  const shared: Shared = {
    clock,
    settings,
    client: new SecretsManagerClient(awsConfig(environment, 'SECRETS_MANAGER')),
    parameters: openParameterCache(ssm, settings.clustersPath, clock.now),
    replies: new Map(),
    rejections: new Map(),
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME ?? 'local',
    write,
  };
  return (input: unknown, invocation: LambdaContext = {}) => handle(input, invocation, shared);
}

async function handle(input: unknown, invocation: LambdaContext, shared: Shared): Promise<unknown> {
  const { functionName, write } = shared;
  const { now } = shared.clock;
  using deadline = openDeadline(invocation.getRemainingTimeInMillis?.(), now);
  const { registerSecret, registerName, redact } = openRedaction();
  const started = now();
  const measures: Measures = {};
  let event: Event | undefined;
  let log = openLog({}, { write, redact, now });
  const metrics = (code?: string) => {
    const at = now();
    if (event !== undefined && 'ClientRequestToken' in event) {
      measures.RotationStepErrors = Number(code !== undefined);
    }
    return metricFields({ at, functionName, step: event?.Step, ms: at - started, code, measures });
  };
  try {
    event = parseEvent(input);
    log = openLog(logFields(event), { write, redact, now });
    registerName(event.SecretId);
    if ('RotationToken' in event) registerSecret(event.RotationToken);
    const measure = (measured: Measures) => Object.assign(measures, measured);
    const own = { deadline, log, measure, registerSecret, registerName };
    const result = await deadline.within(
      runOperation(event, openContext(event, invocation, shared, own)),
    );
    log('INFO', 'done', { ...metrics(), ...result });
    return redactFields(result, redact);
  } catch (thrown) {
    const error = redactError(toRotationError(thrown), redact);
    const { code, message, cause } = error;
    log('ERROR', 'failed', { ...metrics(code), code, error: message, cause });
    throw error;
  }
}

/** What belongs to one invocation. */
type Own = { deadline: Deadline; log: Log; registerName: Redaction['registerName'] } & Pick<
  Context,
  'measure' | 'registerSecret'
>;

function openContext(
  event: Event,
  invocation: LambdaContext,
  { clock, client, parameters, ...shared }: Shared,
  { deadline, log, measure, registerSecret, registerName }: Own,
): Context {
  const { now } = clock;
  const { signal: abortSignal, within, timeLeft } = deadline;
  const sleep = (milliseconds: number) => within(clock.sleep(milliseconds));
  const callOptions = { abortSignal };
  return {
    settings: shared.settings,
    replies: shared.replies,
    rejections: shared.rejections,
    ...{ now, sleep, timeLeft, log, measure, registerSecret, registerName },
    readParameters: async (isFresh) => {
      const read = await parameters(abortSignal, isFresh);
      for (const name of read.clusters.keys()) registerName(name);
      return read;
    },
    secret: { now, sleep, arn: event.SecretId, client, log, changes: new Map(), callOptions },
    values: new Map(),
    referencedSecrets: new Map(),
    rejectedLogins: new Map(),
    functionArn: invocation.invokedFunctionArn,
  };
}

function logFields(event: Event) {
  const { Step: step, SecretId: secretId } = event;
  const clientRequestToken = 'ClientRequestToken' in event ? event.ClientRequestToken : undefined;
  return { step, secretId, clientRequestToken };
}

function redactError(error: RotationError, redact: Redaction['redact']): RotationError {
  const { name = '', code } = error.cause ?? {};
  return Object.assign(error, {
    message: redact(error.message),
    what: redact(error.what),
    hint: redact(error.hint),
    stack: redact(error.stack ?? ''),
    ...(error.cause && { cause: { name: redact(name), code: code && redact(code) } }),
  });
}
