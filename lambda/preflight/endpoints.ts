import { connect } from 'node:net';
import { DAY_MS } from '../clock.ts';
import type { Account } from '../cluster/accounts.ts';
import { errorCode, RotationError } from '../errors.ts';
import { apiEndpoint, type Endpoint, formatEndpoint } from '../network/endpoint.ts';
import { checkHandshake } from '../network/handshake.ts';
import { resolveHost } from '../network/resolve.ts';
import { databaseTls, type TlsMaterial } from '../network/trust.ts';
import type { SecretValue } from '../secret/value.ts';
import { type Check, fail, failure, pass, unknown, warn } from './check.ts';

// Enough time to order, sign and install another certificate.
const CERTIFICATE_MIN_DAYS = 30;

// A connection in the region takes milliseconds; TCP resends a lost packet after 1 s.
const CONNECT_TIMEOUT_MS = 5_000;

const HINTS = {
  name: 'check the host, and the DNS of the VPC',
  tcp: 'check the port, that the cluster is running, and the security groups on both sides',
  certificate: 'add the new certificate to ca-certificate, then install it on the cluster',
};

/** Checks name, TCP, TLS and certificate of every endpoint of an account: API and databases. */
export async function checkEndpoints(
  { ssl }: SecretValue,
  { cluster, endpoints }: Account,
  now: number,
): Promise<{ apis: Check[]; databases: Check[] }> {
  const apis = cluster.apiEndpoints.map((origin) =>
    checkEndpoint(apiEndpoint(origin), cluster, now),
  );
  const databases = endpoints.map((endpoint) =>
    checkEndpoint(endpoint, ssl ? databaseTls(endpoint, cluster) : undefined, now),
  );
  const [ofApis, ofDatabases] = await Promise.all([Promise.all(apis), Promise.all(databases)]);
  return { apis: ofApis.flat(), databases: ofDatabases.flat() };
}

async function checkEndpoint(
  endpoint: Endpoint,
  tls: TlsMaterial | undefined,
  now: number,
): Promise<Check[]> {
  const where = formatEndpoint(endpoint);
  const tlsUnknown = tls ? [unknown('tls', where)] : [];
  let addresses: string[];
  try {
    addresses = await resolveHost(endpoint.host);
  } catch (error) {
    const named = fail('name', `${where}: ${errorCode(error)}`, HINTS.name);
    return [named, unknown('tcp', where), ...tlsUnknown];
  }
  const named = pass('name', `${where}: ${addresses.join(', ')}`);
  const failed = await connectTcp(endpoint);
  if (failed !== undefined) {
    return [named, fail('tcp', `${where}: ${failed}`, HINTS.tcp), ...tlsUnknown];
  }
  const opened = pass('tcp', where);
  return [named, opened, ...(tls ? await checkTls(endpoint, tls, now) : [])];
}

/** Opens a TCP connection; returns the code of its failure. */
async function connectTcp({ host, port }: Endpoint): Promise<string | undefined> {
  const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(undefined));
      socket.once('timeout', () => resolve('ETIMEDOUT'));
      socket.once('error', (error) => resolve(errorCode(error) ?? error.name));
    });
  } finally {
    socket.destroy();
  }
}

async function checkTls(endpoint: Endpoint, tls: TlsMaterial, now: number): Promise<Check[]> {
  const where = formatEndpoint(endpoint);
  try {
    const expiresAt = await checkHandshake(endpoint, tls);
    return [pass('tls', where), checkDays(where, Math.floor((expiresAt - now) / DAY_MS))];
  } catch (error) {
    const isOurs = error instanceof RotationError;
    const broken = fail('tls', `${where}: ${errorCode(error)}`, 'check that the port uses TLS');
    return [isOurs ? failure('tls', error) : broken, unknown('certificate', where)];
  }
}

function checkDays(where: string, days: number): Check {
  const detail = `${where}: ${days} days left`;
  if (days >= CERTIFICATE_MIN_DAYS) return pass('certificate', detail);
  return warn('certificate', detail, HINTS.certificate);
}
