import { setTimeout } from 'node:timers/promises';
import { canLogIn, openConnection } from '../sandbox/application.ts';
import { readSecret } from '../sandbox/setup.ts';
import type { World } from '../sandbox/world.ts';

/** What the clients have counted so far. */
export type Tally = { logins: number; rejected: number; pings: number };

type ClientOptions = {
  /** How long a client caches the secret at most. */
  cacheMs: number;
  signal: AbortSignal;
};

const CLIENTS = 8;
// Short enough that logins happen at every moment of a rotation.
const LOGIN_EVERY_MS = 100;
const PING_EVERY_MS = 250;

/**
 * Runs eight clients that open new connections with a cached secret, and one client whose
 * connection stays open, until `signal` aborts. Rejects if a connection fails for a reason other
 * than its password.
 */
export async function runClients(
  world: World,
  arn: string,
  { cacheMs, signal }: ClientOptions,
  tally: Tally,
): Promise<void> {
  const clients = Array.from({ length: CLIENTS }, (_, index) => {
    // Each client reads the secret again at another age, the last client at `cacheMs`.
    const age = (cacheMs * (index + 1)) / CLIENTS;
    return runClient(world, arn, { cacheMs: age, signal }, tally);
  });
  await Promise.all([...clients, runLongLived(world, arn, signal, tally)]);
}

async function runClient(
  world: World,
  arn: string,
  { cacheMs, signal }: ClientOptions,
  tally: Tally,
): Promise<void> {
  let cached = await readCredentials(world, arn);
  while (!signal.aborted) {
    if (performance.now() - cached.readAt >= cacheMs) cached = await readCredentials(world, arn);
    tally.logins += 1;
    if (!(await canLogIn(world, cached))) tally.rejected += 1;
    await setTimeout(LOGIN_EVERY_MS);
  }
}

async function runLongLived(
  world: World,
  arn: string,
  signal: AbortSignal,
  tally: Tally,
): Promise<void> {
  const connection = await openConnection(world, await readCredentials(world, arn));
  try {
    while (!signal.aborted) {
      await connection.ping();
      tally.pings += 1;
      await setTimeout(PING_EVERY_MS);
    }
  } finally {
    connection.destroy();
  }
}

async function readCredentials(world: World, arn: string) {
  const { username, password } = await readSecret(world, arn);
  return { username: String(username), password: String(password), readAt: performance.now() };
}
