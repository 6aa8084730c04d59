import { DAY_MS } from '../clock.ts';
import type { Account } from '../cluster/accounts.ts';
import { toRotationError } from '../errors.ts';
import { apiEndpoint } from '../network/endpoint.ts';
import { checkHandshake } from '../network/handshake.ts';
import { databaseTls } from '../network/trust.ts';
import type { SecretDescription } from '../secret/description.ts';
import { isLive } from '../secret/labels.ts';
import { isOverdue, isStopped, isStuck } from '../secret/rotation-state.ts';
import type { SecretValue } from '../secret/value.ts';
import type { Measures } from '../telemetry/metrics.ts';

/** Computes the health of a secret. Dates are in milliseconds since the epoch. */
export function computeHealth(
  secret: SecretDescription,
  created: { current: number | undefined; pending: number | undefined },
  now: number,
): Measures {
  return {
    LivePasswords: secret.versions.filter(isLive).length,
    ...(created.current !== undefined && { PasswordAgeDays: (now - created.current) / DAY_MS }),
    RotationsOverdue: Number(isOverdue(secret, now)),
    RotationsStopped: Number(isStopped(secret, created.current, now)),
    RotationsStuck: Number(isStuck(secret, created.pending, now)),
  };
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
