import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import type { Account } from '../cluster/accounts.ts';
import { errorCode, RotationError } from '../errors.ts';
import { apiEndpoint, type Endpoint, formatEndpoint, serverNameOf } from '../network/endpoint.ts';
import { checkHandshake } from '../network/handshake.ts';
import type { TlsMaterial } from '../network/trust.ts';
import type { SecretValue } from '../secret/value.ts';
import { type Check, fail, failure, pass, unknown, warn } from './check.ts';

// Long enough to order, sign and install another one.
const CERTIFICATE_MIN_DAYS = 30;

// A connection within a region takes milliseconds; a lost packet is sent again after 1 s.
const CONNECT_TIMEOUT_MS = 5_000;

const REMEDIES = {
  name: 'check the host, and the DNS of the VPC',
  tcp: 'check the port, that the cluster is up, and the security groups on both sides',
  certificate: 'renew it on the cluster, then update ca-certificate',
};

/** Name, TCP, TLS and certificate of every endpoint of an account: API and databases. */
export async function checkEndpoints(
  { ssl }: SecretValue,
  { cluster, endpoints }: Account,
  now: number,
): Promise<{ apis: Check[]; databases: Check[] }> {
  const apis = cluster.apiEndpoints.map((origin) =>
    checkEndpoint(apiEndpoint(origin), cluster, now),
  );
  const databases = endpoints.map((endpoint) => {
    const tls = { ...cluster, serverName: serverNameOf(endpoint, cluster.serverName) };
    return checkEndpoint(endpoint, ssl ? tls : undefined, now);
  });
  const [ofApis, ofDatabases] = await Promise.all([Promise.all(apis), Promise.all(databases)]);
  return { apis: ofApis.flat(), databases: ofDatabases.flat() };
}

async function checkEndpoint(
  endpoint: Endpoint,
  tls: TlsMaterial | undefined,
  now: number,
): Promise<Check[]> {
  const where = formatEndpoint(endpoint);
  try {
    const addresses = await lookup(endpoint.host, { all: true });
    const named = pass('name', `${where}: ${addresses.map(({ address }) => address).join(', ')}`);
    return [named, ...(await checkConnection(endpoint, tls, now))];
  } catch (error) {
    const named = fail('name', `${where}: ${errorCode(error)}`, REMEDIES.name);
    return [named, unknown('tcp', where), ...(tls ? [unknown('tls', where)] : [])];
  }
}

async function checkConnection(
  endpoint: Endpoint,
  tls: TlsMaterial | undefined,
  now: number,
): Promise<Check[]> {
  const where = formatEndpoint(endpoint);
  const refused = await connectTcp(endpoint);
  if (refused !== undefined) {
    const opened = fail('tcp', `${where}: ${refused}`, REMEDIES.tcp);
    return [opened, ...(tls ? [unknown('tls', where)] : [])];
  }
  const opened = pass('tcp', where);
  if (tls === undefined) return [opened];
  try {
    const days = await checkHandshake(endpoint, tls, now);
    return [opened, pass('tls', where), checkDays(where, days)];
  } catch (error) {
    const isOurs = error instanceof RotationError;
    const broken = fail('tls', `${where}: ${errorCode(error)}`, 'check that the port speaks TLS');
    return [opened, isOurs ? failure('tls', error) : broken, unknown('certificate', where)];
  }
}

function checkDays(where: string, days: number): Check {
  const detail = `${where}: ${days} days left`;
  if (days >= CERTIFICATE_MIN_DAYS) return pass('certificate', detail);
  return warn('certificate', detail, REMEDIES.certificate);
}

/** What a connection failed of. */
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
