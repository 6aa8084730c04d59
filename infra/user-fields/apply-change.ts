import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { RotateSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type JsonObject, parseObject } from '../../lambda/json.ts';
import { HandlerError } from './handler-error.ts';
import type { Change } from './request.ts';
import { type Clock, retryFor } from './retry.ts';

/** What applies a change. */
export type Tools = Clock & {
  lambda: LambdaClient;
  secretsManager: SecretsManagerClient;
  /** The ARN of the rotation function. */
  functionArn: string;
};

/** An error that soon passes. */
class PassingError extends HandlerError {}

// Exceptions of a new policy, of a new function, and of the concurrency of the account.
const PASSING = new RegExp(
  '^(AccessDenied|TooManyRequests|Throttling|ResourceConflict|ResourceNotReady|EC2Throttled|' +
    '(Internal)?Service(Unavailable)?)(Error|Exception)?$',
);
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN)/;
const MESSAGE_MAX_CHARACTERS = 1_000;

/** Invokes updateFields, and rotates the secret if the function asks. @throws HandlerError */
export async function applyChange(
  { isScheduled, secretId, fields, remove }: Change,
  requestId: unknown,
  signal: AbortSignal,
  tools: Tools,
): Promise<void> {
  const event = { Step: 'updateFields', SecretId: secretId, Fields: fields, Remove: remove };
  const isPassing = (error: unknown) => error instanceof PassingError && !signal.aborted;
  const { rotate } = await retryFor(() => invoke(event, signal, tools), isPassing, tools);
  // Another secret gets its rotation schedule after this, which rotates it.
  if (!rotate || !isScheduled) return;
  await retryFor(() => rotateSecret(secretId, requestId, signal, tools), isPassing, tools);
}

async function invoke(
  event: JsonObject,
  abortSignal: AbortSignal,
  { lambda, functionArn }: Tools,
): Promise<{ rotate: boolean }> {
  const command = new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify(event) });
  const { FunctionError, Payload = new Uint8Array() } = await lambda
    .send(command, { abortSignal })
    .catch((error) => fail('lambda:InvokeFunction', error));
  const result = parseObject(Buffer.from(Payload).toString()) ?? {};
  if (FunctionError !== undefined) throw functionError(result);
  const { rotate } = result;
  if (typeof rotate === 'boolean') return { rotate };
  throw new HandlerError('updateFields returned no result; hint: deploy again');
}

/** The function's own errors contain no secret, and end with a hint. */
function functionError({ errorType, errorMessage }: JsonObject): HandlerError {
  const what = `${errorType}: ${String(errorMessage).slice(0, MESSAGE_MAX_CHARACTERS)}`;
  // The role of the function is as new as the role of this handler.
  const isPassing = errorType === 'aws_call_failed' && /\bAccessDenied/.test(String(errorMessage));
  return isPassing ? new PassingError(what) : new HandlerError(what);
}

async function rotateSecret(
  SecretId: string,
  requestId: unknown,
  abortSignal: AbortSignal,
  { secretsManager }: Tools,
): Promise<void> {
  // The same token in a retry starts no second rotation.
  const isToken = typeof requestId === 'string' && /^[\w-]{32,64}$/.test(requestId);
  const input = { SecretId, ...(isToken && { ClientRequestToken: requestId }) };
  await secretsManager.send(new RotateSecretCommand(input), { abortSignal }).catch((error) => {
    // Secrets Manager then retries the pending rotation. If a late createSecret wrote the former
    // fields, the retries fail with `secret_value_changed` until the next updateFields.
    if (error instanceof Error && /previous rotation isn.t complete/i.test(error.message)) return;
    fail('secretsmanager:RotateSecret', error);
  });
}

/** Turns an error of an AWS client into one for the deployment. */
function fail(action: string, error: unknown): never {
  const { name, message, code } = describe(error);
  if (name === 'AbortError') {
    const hint = 'hint: read the log of the rotation function, then deploy again';
    throw new HandlerError(`${action} did not return in time; ${hint}`);
  }
  const seen = `${name}: ${message.slice(0, MESSAGE_MAX_CHARACTERS)}`;
  const what = `${action} failed with ${seen}; hint: fix the cause, then deploy again`;
  const isPassing = PASSING.test(name) || NETWORK.test(code);
  throw isPassing ? new PassingError(what) : new HandlerError(what);
}

function describe(error: unknown): { name: string; message: string; code: string } {
  if (!(error instanceof Error)) return { name: typeof error, message: '', code: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { name: error.name, message: error.message, code };
}
