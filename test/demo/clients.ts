import { setTimeout } from 'node:timers/promises';
import { canLogIn, openConnection } from '../sandbox/application.ts';
import { readSecret } from '../sandbox/setup.ts';
import type { World } from '../sandbox/world.ts';

/** What the clients of a demonstration have seen so far. */
export type Tally = { logins: number; refused: number; pings: number };

const CLIENTS = 8;
// Often enough that every moment of a rotation meets some login.
const LOGIN_EVERY_MS = 100;
const PING_EVERY_MS = 250;

/**
 * Eight applications that open a new connection again and again with the password that they have
 * cached, each refreshing it at a moment of its own, and one connection that is never closed.
 * Runs until `signal` aborts; rejects where a connection fails for any reason but its password.
 */
export async function runClients(
  world: World,
  arn: string,
  { cacheMs, signal }: { cacheMs: number; signal: AbortSignal },
  tally: Tally,
): Promise<void> {
  const clients = Array.from({ length: CLIENTS }, (_, index) => {
    // The first half refreshes early, the last client just in time.
    const age = (cacheMs * (index + 1)) / CLIENTS;
    return runClient(world, arn, { cacheMs: age, signal }, tally);
  });
  await Promise.all([...clients, runLongLived(world, arn, signal, tally)]);
}

async function runClient(
  world: World,
  arn: string,
  { cacheMs, signal }: { cacheMs: number; signal: AbortSignal },
  tally: Tally,
): Promise<void> {
  let cached = await readCredentials(world, arn);
  while (!signal.aborted) {
    if (performance.now() - cached.readAt >= cacheMs) cached = await readCredentials(world, arn);
    tally.logins += 1;
    if (!(await canLogIn(world, cached))) tally.refused += 1;
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
