import { randomUUID } from 'node:crypto';
import { holder, moveLabel, type SecretStore, type StoredSecret } from './aws/secret-store.ts';

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

type StepEvent = {
  Step: (typeof STEPS)[number];
  SecretId: string;
  ClientRequestToken: string;
  RotationToken: string;
};

/** One call of the function, as Secrets Manager observed it. */
export type StepReport = StepEvent & { ms: number; error: Error | undefined };

type DriverOptions = {
  /** The ARN of the function that `invoke` calls. RotateSecret denies any other ARN. */
  functionArn: string;
  invoke: (event: StepEvent) => Promise<unknown>;
  /** AWS documents neither the number of retries nor the wait. */
  attempts: number;
  retryWaitMs: number;
  /** Whether AWSPENDING stays next to AWSCURRENT after a rotation. Both occur on AWS. */
  leavePending: boolean;
  sleep: (milliseconds: number) => Promise<void>;
  onStep: (report: StepReport) => void;
};

/** How a rotation ended, and the function's error. */
export type Ended = { outcome: 'succeeded' | 'failed' | 'abandoned'; error?: unknown };

/** Drives rotations as Secrets Manager does: four steps in order, and all again after an error. */
export type RotationDriver = DriverOptions & { running: Map<string, Promise<Ended>> };

/** Starts the rotation of a token, after the secret's current rotation. */
export function startRotation(
  store: SecretStore,
  driver: RotationDriver,
  arn: string,
  token: string,
): void {
  const before = driver.running.get(arn) ?? Promise.resolve();
  const run = before.then(() => runRotation(store, driver, arn, token));
  driver.running.set(arn, run);
}

async function runRotation(
  store: SecretStore,
  driver: RotationDriver,
  arn: string,
  token: string,
): Promise<Ended> {
  let error: unknown;
  for (let attempt = 1; attempt <= driver.attempts; attempt += 1) {
    if (attempt > 1) await driver.sleep(driver.retryWaitMs);
    // AWS does not document whether a retry has the same RotationToken. Another one is harder.
    const rotationToken = randomUUID();
    const labelsNow = () =>
      store.exists(arn) ? store.latest(arn).versions.get(token)?.stages : [];
    error = undefined;
    for (const step of STEPS) {
      const labels = labelsNow() ?? [];
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
  if (!store.exists(arn)) return { outcome: 'abandoned' };
  const version = store.latest(arn).versions.get(token);
  if (version?.rotationToken === undefined) {
    const message = `Pending secret version ${token} was not created by the function`;
    return { outcome: 'failed', error: new Error(message) };
  }
  store.write(arn, (secret) => {
    secret.rotatedAt = store.options.now();
    if (!driver.leavePending) removePending(secret, token);
  });
  return { outcome: 'succeeded' };
}

/** Removes AWSPENDING, unless another rotation has it by now. */
function removePending(secret: StoredSecret, token: string): void {
  if (holder(secret, 'AWSPENDING')?.id === token) moveLabel(secret, 'AWSPENDING', undefined);
}

/** Runs testSecret alone, as AWS does if rotation is configured without an immediate rotation. */
export async function testAlone(
  store: SecretStore,
  driver: RotationDriver,
  arn: string,
  token: string,
): Promise<Ended> {
  const error = await call(driver, 'testSecret', arn, token, randomUUID());
  if (store.exists(arn)) store.write(arn, (secret) => removePending(secret, token));
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
