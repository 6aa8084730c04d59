import { DAY_MS } from '../clock.ts';
import type { Account } from '../cluster/accounts.ts';
import { toRotationError } from '../errors.ts';
import { apiEndpoint } from '../network/endpoint.ts';
import { checkHandshake } from '../network/handshake.ts';
import { databaseTls } from '../network/trust.ts';
import type { SecretDescription } from '../secret/description.ts';
import { isLive, PREVIOUS, versionWithLabel } from '../secret/labels.ts';
import { isOverdue, isStopped, isStuck } from '../secret/rotation-state.ts';
import type { SecretValue, VersionValue } from '../secret/value.ts';
import { findValue, type VersionContext } from '../secret/versions.ts';
import type { Measures } from '../telemetry/metrics.ts';

/** Computes the health of a secret. Dates are in milliseconds since the epoch. */
export function computeHealth(
  secret: SecretDescription,
  created: { password: number | undefined; pending: number | undefined },
  now: number,
): Measures {
  return {
    LivePasswords: secret.versions.filter(isLive).length,
    ...(created.password !== undefined && { PasswordAgeDays: (now - created.password) / DAY_MS }),
    RotationsOverdue: Number(isOverdue(secret, now)),
    RotationsStopped: Number(isStopped(secret, now)),
    RotationsStuck: Number(isStuck(secret, created.pending, now)),
  };
}

/**
 * Returns when the password of AWSCURRENT was created, in ms since the epoch. updateFields writes a
 * version with the same password: then the last rotation created it.
 */
export async function passwordCreatedAt(
  secret: SecretDescription,
  { createdAt, password }: VersionValue,
  context: VersionContext,
): Promise<number | undefined> {
  const { rotatedAt } = secret;
  const previous = versionWithLabel(secret, PREVIOUS);
  if (createdAt === undefined || rotatedAt === undefined || createdAt <= rotatedAt)
    return createdAt;
  // A metric must not stop a reconcile.
  const before = previous && (await findValue(context, previous.id).catch(() => undefined));
  return before?.password === password ? rotatedAt : createdAt;
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
