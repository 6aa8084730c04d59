import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { clusterSource } from './clusters.ts';
import { type RotationError, toRotationError } from './errors.ts';
import { type Event, parseEvent } from './event.ts';
import { openLog } from './log.ts';
import { openRedaction, type Redaction } from './redaction.ts';
import { rotate } from './rotation.ts';
import { type Environment, readSettings } from './settings.ts';
import { SYSTEM_TIME, type Time } from './time.ts';

// Throttling is what AWS's shared write quota of 50 calls a second answers to a burst of rotations.
const AWS_ATTEMPTS_MAX = 5;
// An endpoint in the region answers in tens of milliseconds; a lost packet is sent again after 1 s.
const AWS_CONNECT_TIMEOUT_MS = 3_000;
const AWS_REPLY_TIMEOUT_MS = 10_000;

const AWS_CLIENT = {
  maxAttempts: AWS_ATTEMPTS_MAX,
  requestHandler: {
    connectionTimeout: AWS_CONNECT_TIMEOUT_MS,
    requestTimeout: AWS_REPLY_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  },
};

/**
 * Builds the handler of the Lambda function. The AWS clients take region, credentials and
 * endpoints from the process's standard variables. Throws `setting_invalid`.
 */
export function createHandler(
  environment: Environment,
  time: Time = SYSTEM_TIME,
  write: (line: string) => void = (line) => process.stdout.write(line),
) {
  const settings = readSettings(environment);
  const client = new SecretsManagerClient(AWS_CLIENT);
  const clusters = clusterSource(new SSMClient(AWS_CLIENT), settings.clustersPath, time.now);
  const environmentEdges = { ...time, settings, clusters, refusedAdmins: new Set<string>() };

  return async (input: unknown): Promise<unknown> => {
    const { remember, redact } = openRedaction();
    const started = time.now();
    let log = openLog({}, { write, redact, now: time.now });
    try {
      const event = parseEvent(input);
      log = openLog(contextOf(event), { write, redact, now: time.now });
      if (event.Step !== 'reconcile') remember(event.RotationToken);
      const result = await rotate(event, {
        ...environmentEdges,
        secret: { arn: event.SecretId, client, log, sleep: time.sleep },
        values: new Map(),
        refusedLogins: new Set(),
        log,
        remember,
      });
      log('INFO', 'done', { ms: time.now() - started, ...result });
      return result;
    } catch (thrown) {
      const error = redacted(toRotationError(thrown), redact);
      const { code, message, cause } = error;
      log('ERROR', 'failed', { ms: time.now() - started, code, error: message, cause });
      throw error;
    }
  };
}

function contextOf(event: Event) {
  const { Step: step, SecretId: secretId } = event;
  if (event.Step === 'reconcile') return { step, secretId };
  return { step, secretId, clientRequestToken: event.ClientRequestToken };
}

function redacted(error: RotationError, redact: Redaction['redact']): RotationError {
  error.message = redact(error.message);
  error.stack = redact(error.stack ?? '');
  return error;
}
