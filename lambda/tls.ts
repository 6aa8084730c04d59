import { connect } from 'node:tls';
import type { Account } from './accounts.ts';
import { certificateRefusal, certificatesIn } from './certificate.ts';
import type { Cluster } from './cluster.ts';
import { apiEndpoint, type Endpoint, serverNameOf, showEndpoint } from './endpoint.ts';
import { toRotationError } from './errors.ts';
import type { SecretValue } from './secret-value.ts';

const DAY_MS = 86_400_000;

// A handshake takes milliseconds; a silent host must not eat the invocation.
const HANDSHAKE_TIMEOUT_MS = 5_000;

/**
 * Shakes hands with an endpoint as a cluster's configuration has it, sends nothing, and gives the
 * days until the certificate that it shows expires. Throws `certificate_refused`, or what the
 * socket failed of.
 */
export async function shakeHands(
  { host, port }: Endpoint,
  { caCertificate: ca, serverName }: Pick<Cluster, 'caCertificate' | 'serverName'>,
  now: number,
): Promise<number> {
  const servername = serverName && { servername: serverName };
  const socket = connect({ host, port, minVersion: 'TLSv1.2', ...servername, ...(ca && { ca }) });
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error('no handshake'), { code: 'ETIMEDOUT' }));
  }, HANDSHAKE_TIMEOUT_MS);
  try {
    await new Promise((resolve, reject) => {
      socket.once('secureConnect', resolve).once('error', reject);
    });
    return daysLeft(socket.getPeerCertificate().valid_to, now);
  } catch (error) {
    throw certificateRefusal(showEndpoint({ host, port }), error) ?? error;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/**
 * Days to the first expiry of a certificate that is trusted or shown, 0 for one that has expired.
 * Undefined where none is known: what cannot be reached is not the business of this measure.
 */
export async function certificateDaysLeft(
  value: SecretValue,
  accounts: Account[],
  now: number,
): Promise<number | undefined> {
  const trusted = accounts.flatMap(({ cluster }) => certificatesIn(cluster.caCertificate ?? ''));
  const shown = accounts.flatMap(({ cluster, endpoints }) => [
    ...cluster.apiEndpoints.map((origin) => daysShown(apiEndpoint(origin), cluster, now)),
    ...(value.ssl ? endpoints : []).map((endpoint) => {
      const serverName = serverNameOf(endpoint, cluster.serverName);
      return daysShown(endpoint, { ...cluster, serverName }, now);
    }),
  ]);
  const days = (await Promise.all(shown)).filter((one) => one !== undefined);
  days.push(...trusted.map(({ validTo }) => daysLeft(validTo, now)));
  return days.length === 0 ? undefined : Math.max(0, Math.min(...days));
}

async function daysShown(...handshake: Parameters<typeof shakeHands>): Promise<number | undefined> {
  try {
    return await shakeHands(...handshake);
  } catch (error) {
    const { cause } = toRotationError(error);
    return cause?.code === 'CERT_HAS_EXPIRED' ? 0 : undefined;
  }
}

function daysLeft(validTo: string, now: number): number {
  return Math.floor((Date.parse(validTo) - now) / DAY_MS);
}
