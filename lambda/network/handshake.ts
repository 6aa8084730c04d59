import { connect, type DetailedPeerCertificate } from 'node:tls';
import type { Account } from '../cluster/accounts.ts';
import { toRotationError } from '../errors.ts';
import type { SecretValue } from '../secret/value.ts';
import { apiEndpoint, type Endpoint, formatEndpoint, serverNameOf } from './endpoint.ts';
import { parseCertificates, type TlsMaterial, tlsOptions, toCertificateError } from './trust.ts';

const DAY_MS = 86_400_000;

// A handshake takes milliseconds; a silent host must not eat the invocation.
const HANDSHAKE_TIMEOUT_MS = 5_000;

/**
 * Shakes hands with an endpoint as a cluster's configuration has it, sends nothing, and gives the
 * days until the certificate that it shows, or ours, expires. Throws `certificate_refused`, or what
 * the socket failed of.
 */
export async function checkHandshake(
  { host, port }: Endpoint,
  tls: TlsMaterial,
  now: number,
): Promise<number> {
  const socket = connect({ host, port, ...tlsOptions(tls) });
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error('no handshake'), { code: 'ETIMEDOUT' }));
  }, HANDSHAKE_TIMEOUT_MS);
  try {
    await new Promise((resolve, reject) => {
      socket.once('secureConnect', resolve).once('error', reject);
    });
    const days = daysLeft(socket.getPeerCertificate(true), now);
    return Math.min(days, ownDaysLeft(tls, now));
  } catch (error) {
    throw toCertificateError(formatEndpoint({ host, port }), error) ?? error;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/**
 * Days to the first expiry of a certificate that the endpoints show, or of one that signed it, as
 * far as it is shown or trusted; 0 where one has expired. Undefined where none answers: what cannot
 * be reached is not the business of this measure.
 */
export async function certificateDaysLeft(
  value: SecretValue,
  accounts: Account[],
  now: number,
): Promise<number | undefined> {
  const shown = accounts.flatMap(({ cluster, endpoints }) => [
    ...cluster.apiEndpoints.map((origin) => daysShown(apiEndpoint(origin), cluster, now)),
    ...(value.ssl ? endpoints : []).map((endpoint) => {
      const serverName = serverNameOf(endpoint, cluster.serverName);
      return daysShown(endpoint, { ...cluster, serverName }, now);
    }),
  ]);
  const days = (await Promise.all(shown)).filter((one) => one !== undefined);
  return days.length === 0 ? undefined : Math.max(0, Math.min(...days));
}

async function daysShown(
  ...handshake: Parameters<typeof checkHandshake>
): Promise<number | undefined> {
  try {
    return await checkHandshake(...handshake);
  } catch (error) {
    const { cause } = toRotationError(error);
    return cause?.code === 'CERT_HAS_EXPIRED' ? 0 : undefined;
  }
}

/** Ours has an end, too, on which every rotation would fail. */
function ownDaysLeft({ clientCertificate }: TlsMaterial, now: number): number {
  const [ours] = parseCertificates(clientCertificate?.cert ?? '');
  if (ours === undefined) return Number.POSITIVE_INFINITY;
  return Math.floor((ours.validToDate.getTime() - now) / DAY_MS);
}

/** Over the whole chain, which ends with a certificate that signed itself. */
function daysLeft(leaf: DetailedPeerCertificate, now: number): number {
  const seen: DetailedPeerCertificate[] = [];
  for (let one = leaf; one !== undefined && !seen.includes(one); one = one.issuerCertificate) {
    seen.push(one);
  }
  const first = Math.min(...seen.map(({ valid_to }) => Date.parse(valid_to)));
  return Math.floor((first - now) / DAY_MS);
}
