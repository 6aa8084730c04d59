import { DAY_MS } from '../clock.ts';
import type { Account } from '../cluster/accounts.ts';
import { toRotationError } from '../errors.ts';
import { apiEndpoint } from '../network/endpoint.ts';
import { checkHandshake } from '../network/handshake.ts';
import { databaseTls } from '../network/trust.ts';
import { CURRENT, isLive, PENDING, type Version, versionWithLabel } from '../secret/labels.ts';
import type { SecretDescription } from '../secret/secrets-manager.ts';
import type { SecretValue } from '../secret/value.ts';
import type { Measures } from '../telemetry/metrics.ts';
import { longestInterval } from './schedule-interval.ts';

/** Returns the version of a rotation that has not finished. */
export function pendingRotation(secret: SecretDescription): Version | undefined {
  const pending = versionWithLabel(secret, PENDING);
  return pending === versionWithLabel(secret, CURRENT) ? undefined : pending;
}

/** Computes the health of a secret. Dates are in milliseconds since the epoch. */
export function computeHealth(
  secret: SecretDescription,
  created: { current: number | undefined; pending: number | undefined },
  now: number,
): Measures {
  const { nextRotationAt, rotationEnabled, versions } = secret;
  const isOverdue = rotationEnabled && nextRotationAt !== undefined && nextRotationAt < now;
  // A version without a value has no date: use the date of the last change of the secret.
  const pendingAt = created.pending ?? secret.changedAt ?? now;
  // A cancelled rotation looks the same, and also needs attention.
  const isStuck = pendingRotation(secret) !== undefined && now - pendingAt > DAY_MS;
  return {
    LivePasswords: versions.filter(isLive).length,
    ...(created.current !== undefined && { PasswordAgeDays: (now - created.current) / DAY_MS }),
    RotationsOverdue: Number(isOverdue),
    RotationsStopped: Number(isStopped(secret, created.current, now)),
    RotationsStuck: Number(isStuck),
  };
}

// Failed rotations fire other alarms first.
const INTERVALS_MAX = 3;

/** Whether a secret does not rotate any more: rotation is off, or AWSCURRENT is too old. */
function isStopped(secret: SecretDescription, createdAt: number | undefined, now: number): boolean {
  if (!secret.rotationEnabled) return true;
  const interval = longestInterval(secret.schedule ?? '');
  // RotationOverdue notices a first rotation that does not start.
  if (interval === undefined || createdAt === undefined || !secret.rotatedAt) return false;
  // After a rollback, AWSCURRENT is older than the last rotation.
  return now - Math.max(createdAt, secret.rotatedAt) > INTERVALS_MAX * interval;
}

/**
 * Returns the days until the first certificate of the endpoints, of their chains, or of the client
 * expires; 0 if one has expired. Returns undefined if no endpoint answers: other metrics show
 * that.
 */
export async function certificateDaysLeft(
  { ssl }: SecretValue,
  accounts: Account[],
  now: number,
): Promise<number | undefined> {
  const handshakes = accounts.flatMap(({ cluster, endpoints }) => [
    ...cluster.apiEndpoints.map((origin) => expiryOf(apiEndpoint(origin), cluster)),
    ...(ssl ? endpoints : []).map((endpoint) => expiryOf(endpoint, databaseTls(endpoint, cluster))),
  ]);
  const expiries = (await Promise.all(handshakes)).filter((one) => one !== undefined);
  if (expiries.length === 0) return undefined;
  return Math.max(0, Math.floor((Math.min(...expiries) - now) / DAY_MS));
}

async function expiryOf(
  ...handshake: Parameters<typeof checkHandshake>
): Promise<number | undefined> {
  try {
    return await checkHandshake(...handshake);
  } catch (error) {
    const { cause } = toRotationError(error);
    return cause?.code === 'CERT_HAS_EXPIRED' ? 0 : undefined;
  }
}
