import { randomUUID } from 'node:crypto';
import { AwsError, type Input } from './aws/aws-server.ts';
import { holder, moveLabel, type SecretStore, type StoredSecret } from './aws/secret-store.ts';
import { tokenOf } from './aws/secret-writes.ts';
import { optionalBoolean, optionalString, requiredString } from './input.ts';

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

type StepEvent = {
  Step: (typeof STEPS)[number];
  SecretId: string;
  ClientRequestToken: string;
  RotationToken: string;
};

/** One call of the function, as Secrets Manager saw it. */
export type StepReport = StepEvent & { ms: number; error: Error | undefined };

type DriverOptions = {
  /** The ARN under which `invoke` can be reached; any other is refused. */
  functionArn: string;
  invoke: (event: StepEvent) => Promise<unknown>;
  /** AWS documents neither how often a rotation is tried again nor when. */
  attempts: number;
  retryWaitMs: number;
  /** Whether AWSPENDING stays beside AWSCURRENT after a rotation: both are seen on AWS. */
  leavePending: boolean;
  sleep: (milliseconds: number) => Promise<void>;
  onStep: (report: StepReport) => void;
};

/** How the last rotation of a secret ended; the error is the function's. */
export type Ended = { outcome: 'succeeded' | 'failed' | 'abandoned'; error?: unknown };

/** Drives rotations as Secrets Manager does: the four steps in order, all of them again on error. */
export type RotationDriver = DriverOptions & { running: Map<string, Promise<Ended>> };

export function rotationOperations(store: SecretStore, driver: RotationDriver) {
  return {
    RotateSecret: (input: Input) => rotateSecret(store, driver, input),
    CancelRotateSecret: (input: Input) => cancelRotateSecret(store, input),
  };
}

function rotateSecret(store: SecretStore, driver: RotationDriver, input: Input) {
  const token = tokenOf(input, 'InvalidParameterException');
  const { arn, name, versions, ...known } = store.latest(requiredString(input, 'SecretId', 2_048));
  const lambda = optionalString(input, 'RotationLambdaARN') ?? known.rotationLambdaArn;
  if (lambda === undefined) {
    const message = 'No Lambda rotation function ARN is associated with this secret.';
    throw new AwsError('InvalidRequestException', message);
  }
  if (lambda !== driver.functionArn) {
    const hint = 'Ensure that the function policy grants access to the principal';
    const message = `Secrets Manager cannot invoke the specified Lambda function. ${hint} secretsmanager.amazonaws.com.`;
    throw new AwsError('AccessDeniedException', message);
  }
  const pending = holder(store.latest(arn), 'AWSPENDING');
  if (pending !== undefined && !pending.stages.includes('AWSCURRENT')) {
    // As the message says, Secrets Manager tries the stuck rotation again by itself.
    startRotation(store, driver, arn, pending.id);
    const message = "A previous rotation isn't complete. That rotation will be reattempted.";
    throw new AwsError('InvalidRequestException', message);
  }
  const isImmediate = optionalBoolean(input, 'RotateImmediately') ?? true;
  const current = holder(store.latest(arn), 'AWSCURRENT');
  store.write(arn, (secret) => {
    secret.rotationEnabled = true;
    secret.rotationLambdaArn = lambda;
    secret.rotationRules = input.RotationRules ?? secret.rotationRules;
    const version = { id: token, createdAt: store.options.now(), rotationToken: undefined };
    const value = isImmediate ? undefined : current?.value;
    if (!secret.versions.has(token)) secret.versions.set(token, { ...version, value, stages: [] });
    moveLabel(secret, 'AWSPENDING', token);
  });
  if (isImmediate) startRotation(store, driver, arn, token);
  else driver.running.set(arn, testAlone(store, driver, arn, token));
  return { ARN: arn, Name: name, VersionId: token };
}

function cancelRotateSecret(store: SecretStore, input: Input) {
  const secret = store.write(requiredString(input, 'SecretId', 2_048), (copy) => {
    copy.rotationEnabled = false;
  });
  return { ARN: secret.arn, Name: secret.name, VersionId: holder(secret, 'AWSPENDING')?.id };
}

/** Starts, or starts again, the rotation that a token stands for. */
function startRotation(
  store: SecretStore,
  driver: RotationDriver,
  arn: string,
  token: string,
): void {
  const before = driver.running.get(arn) ?? Promise.resolve();
  const run = before.then(() => rotation(store, driver, arn, token));
  driver.running.set(arn, run);
}

async function rotation(
  store: SecretStore,
  driver: RotationDriver,
  arn: string,
  token: string,
): Promise<Ended> {
  let error: unknown;
  for (let attempt = 1; attempt <= driver.attempts; attempt += 1) {
    if (attempt > 1) await driver.sleep(driver.retryWaitMs);
    // Whether a retry has the same RotationToken is not documented; another one is the harder.
    const rotationToken = randomUUID();
    const staged = () => store.latest(arn).versions.get(token);
    error = undefined;
    for (const step of STEPS) {
      const labels = staged()?.stages ?? [];
      if (!labels.includes('AWSPENDING') && !labels.includes('AWSCURRENT')) {
        return { outcome: 'abandoned', error };
      }
      error = await call(driver, step, arn, token, rotationToken);
      if (error !== undefined) break;
    }
    if (error === undefined) return finish(store, driver, arn, token);
  }
  return { outcome: 'failed', error };
}

function finish(store: SecretStore, driver: RotationDriver, arn: string, token: string): Ended {
  const version = store.latest(arn).versions.get(token);
  if (version?.rotationToken === undefined) {
    const message = `Pending secret version ${token} was not created by the function`;
    return { outcome: 'failed', error: new Error(message) };
  }
  store.write(arn, (secret) => {
    secret.rotatedAt = store.options.now();
    if (!driver.leavePending) takeOffPending(secret, token);
  });
  return { outcome: 'succeeded' };
}

/** Another rotation may have AWSPENDING by now. */
function takeOffPending(secret: StoredSecret, token: string): void {
  if (holder(secret, 'AWSPENDING')?.id === token) moveLabel(secret, 'AWSPENDING', undefined);
}

/** What AWS does where rotation is configured without rotating at once. */
async function testAlone(
  store: SecretStore,
  driver: RotationDriver,
  arn: string,
  token: string,
): Promise<Ended> {
  const error = await call(driver, 'testSecret', arn, token, randomUUID());
  store.write(arn, (secret) => takeOffPending(secret, token));
  return error === undefined ? { outcome: 'succeeded' } : { outcome: 'failed', error };
}

async function call(
  driver: RotationDriver,
  Step: StepEvent['Step'],
  SecretId: string,
  ClientRequestToken: string,
  RotationToken: string,
): Promise<Error | undefined> {
  const event = { Step, SecretId, ClientRequestToken, RotationToken };
  const started = performance.now();
  const error = await driver.invoke(event).then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))),
  );
  driver.onStep({ ...event, ms: performance.now() - started, error });
  return error;
}
