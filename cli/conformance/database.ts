import { createClient } from '@redis/client';
import { type Endpoint, serverNameOf } from '../../lambda/network/endpoint.ts';
import { tlsOptions } from '../../lambda/network/trust.ts';
import { type Address, authenticate } from '../../lambda/verification/redis-auth.ts';
import type { Bench } from './bench.ts';
import { pause } from './changes.ts';

// Often enough to tell how soon a password is known, and seldom enough to be no load.
const POLL_MS = 100;

/** The database, as the function's own proof reaches it. */
export function addressOf(
  bench: Pick<Bench, 'database' | 'caCertificate' | 'serverName'>,
): Address {
  const { database, caCertificate } = bench;
  if (database === undefined) throw new Error('there is no database');
  const endpoint: Endpoint = { host: database.host, port: database.port };
  const serverName = serverNameOf(endpoint, bench.serverName);
  const tls = database.isPlain ? undefined : { caCertificate, serverName };
  return { ...endpoint, cluster: 'tried', tls };
}

/** A connection of an application. */
export async function connect(bench: Bench, password: string) {
  const { host, port, tls } = addressOf(bench);
  const client = createClient({
    username: bench.user.name,
    password,
    socket: {
      host,
      port,
      reconnectStrategy: false,
      ...(tls && { tls: true, ...tlsOptions(tls) }),
      ...(tls?.serverName && { servername: tls.serverName }),
    },
  });
  // Every error reaches the caller through the call that it fails.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

type Connection = Awaited<ReturnType<typeof connect>>;

/** Whether a condition comes true while a change may still be on its way. */
async function isWithinLimit(bench: Bench, isTrue: () => Promise<boolean>): Promise<boolean> {
  const began = performance.now();
  while (performance.now() - began < bench.propagationMs) {
    if (await isTrue()) return true;
    await pause(bench, POLL_MS);
  }
  return false;
}

async function isRefused(bench: Bench, password: string): Promise<boolean> {
  const who = { username: bench.user.name, password };
  return (await authenticate(addressOf(bench), who)) === 'rejected';
}

/** How long it takes the database to know a password, in milliseconds; throws where it does not. */
export async function proveUntil(bench: Bench, password: string): Promise<number> {
  const began = performance.now();
  const isKnown = await isWithinLimit(bench, async () => !(await isRefused(bench, password)));
  if (isKnown) return performance.now() - began;
  throw new Error(`the database does not take a password within ${bench.propagationMs / 1_000} s`);
}

/** Whether the database comes to refuse a password. */
export function isRefusedWithin(bench: Bench, password: string): Promise<boolean> {
  return isWithinLimit(bench, () => isRefused(bench, password));
}

/** Whether a connection is closed by the end of the limit, and what it may do where it is not. */
export async function whatIsLeft(bench: Bench, connection: Connection): Promise<string> {
  if (await isWithinLimit(bench, async () => !connection.isReady)) return 'yes';
  const refusal = await connection.ping().then(
    () => '',
    (error: unknown) => String(error instanceof Error ? error.message : error),
  );
  // Who is refused a command by name is still logged in.
  if (refusal === '' || refusal.startsWith('NOPERM')) return 'no';
  return refusal.startsWith('NOAUTH') ? 'no, but they are logged out' : 'yes';
}
