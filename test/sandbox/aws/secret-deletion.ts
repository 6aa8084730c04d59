import { optionalBoolean, optionalNumber, requiredString } from '../input.ts';
import { ACCOUNT, REGION } from '../names.ts';
import { AwsError, type Input, type Service } from './aws-server.ts';
import type { SecretStore } from './secret-store.ts';

const SECRET_ID_MAX = 2_048;
const DAY_MS = 86_400_000;
const WINDOW_MIN_DAYS = 7;
const WINDOW_MAX_DAYS = 30;

/**
 * Marks a secret for deletion, or deletes it immediately. The emulator keeps a marked secret after
 * its window: AWS deletes it some time later.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */
export function deleteSecret(store: SecretStore, input: Input) {
  const secretId = requiredString(input, 'SecretId', SECRET_ID_MAX);
  const isForced = optionalBoolean(input, 'ForceDeleteWithoutRecovery') === true;
  const days = windowOf(input, isForced);
  const now = store.options.now();
  if (!isForced) {
    requireUnmarked(store, input);
    const deletedAt = now + days * DAY_MS;
    const { arn, name } = store.write(secretId, (secret) => {
      secret.deletedAt = deletedAt;
    });
    return { ARN: arn, Name: name, DeletionDate: deletedAt / 1_000 };
  }
  // AWS returns no error for a secret that does not exist.
  const absent = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${secretId}-absent`;
  const known = store.exists(secretId) ? store.latest(secretId) : { arn: absent, name: secretId };
  store.remove(known.arn);
  return { ARN: known.arn, Name: known.name, DeletionDate: now / 1_000 };
}

function windowOf(input: Input, isForced: boolean): number {
  const invalid = (message: string) => new AwsError('InvalidParameterException', message);
  const days = optionalNumber(input, 'RecoveryWindowInDays', 0, Number.MAX_SAFE_INTEGER);
  if (days !== undefined && isForced) {
    throw invalid("You can't use ForceDeleteWithoutRecovery together with RecoveryWindowInDays.");
  }
  if (days !== undefined && (days < WINDOW_MIN_DAYS || days > WINDOW_MAX_DAYS)) {
    throw invalid('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
  }
  return days ?? WINDOW_MAX_DAYS;
}

/** Removes the mark. Does nothing to a secret without one. */
export function restoreSecret(store: SecretStore, input: Input) {
  const secretId = requiredString(input, 'SecretId', SECRET_ID_MAX);
  const { arn, name } = store.write(secretId, (secret) => {
    secret.deletedAt = undefined;
  });
  return { ARN: arn, Name: name };
}

type Operations = Service['operations'];

/** Returns the operations, each of which rejects a secret that is marked for deletion. */
export function rejectMarked(store: SecretStore, operations: Operations): Operations {
  const guarded = Object.entries(operations).map(([name, run]): [string, typeof run] => [
    name,
    (input) => {
      requireUnmarked(store, input);
      return run(input);
    },
  ]);
  return Object.fromEntries(guarded);
}

function requireUnmarked(store: SecretStore, input: Input): void {
  const { deletedAt } = store.latest(requiredString(input, 'SecretId', SECRET_ID_MAX));
  if (deletedAt === undefined) return;
  const message =
    "You can't perform this operation on the secret because it was marked for deletion.";
  throw new AwsError('InvalidRequestException', message);
}
