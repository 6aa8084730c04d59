import type { LastError } from '../aws/last-errors.ts';
import type { Statuses } from './read-statuses.ts';
import type { SecretStatus } from './secret-status.ts';

/** Returns the statuses as JSON, with times in ISO 8601; `null` for what is unknown. */
export function statusJson({ secrets, notes }: Statuses): string {
  return JSON.stringify({ secrets: secrets.map(fieldsOf), notes });
}

function fieldsOf(secret: SecretStatus) {
  const { name, arn, user, level, problems, rotationEnabled, password, alsoValid } = secret;
  return {
    ...{ name, arn, user: user ?? null, level, problems, rotationEnabled },
    passwordCreatedAt: timeOf(password?.createdAt),
    passwordMayBeOlder: password?.isAtLeast ?? null,
    lastRotationAt: timeOf(secret.rotatedAt),
    nextRotationAt: timeOf(secret.nextRotationAt),
    alsoValid: alsoValid.map(({ id, isPending, expiresAt }) => ({
      ...{ versionId: id, isPending, expiresAt: timeOf(expiresAt) },
    })),
    lastError: secret.lastError === undefined ? null : errorOf(secret.lastError),
  };
}

function errorOf({ at, step, code, message, hint }: LastError) {
  return { at: timeOf(at), step, code, message, hint };
}

function timeOf(milliseconds: number | undefined): string | null {
  if (milliseconds === undefined) return null;
  const date = new Date(milliseconds);
  // A label that was set manually may have a year that no date has.
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
