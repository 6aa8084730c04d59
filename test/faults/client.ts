import type { Random } from './random.ts';

/** When a client reads the secret again. */
type Cache = {
  /** How long it caches the secret. */
  keepMs: (random: Random) => number;
  /** Whether it reads the secret again after a rejected login, and retries the login once. */
  readsOnFailure?: boolean;
};

/** An application that logs in with the password that it has cached. */
export type Client = {
  cache: Cache;
  password: string | undefined;
  readAgainAt: number;
  logInAt: number;
};

/** What clients see of the servers at one instant. */
export type View = {
  now: number;
  /** AWSCURRENT's password. */
  current: string | undefined;
  /** The passwords that the database accepts. */
  accepted: readonly string[];
};

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/** The overlap that a client needs if it reads the secret only at its start. */
export const OVERLAP_SECONDS = 86_400;

// AWS's caching clients refresh at random between half of their TTL, which is 1 h, and all of it.
const TTL_MS = HOUR_MS;
// The Lambda extension's SECRETS_MANAGER_TTL.
const EXTENSION_MS = 300 * SECOND_MS;

const CACHES: Cache[] = [
  { keepMs: (random) => TTL_MS * (0.5 + random() / 2) },
  { keepMs: () => EXTENSION_MS },
  { keepMs: () => Number.POSITIVE_INFINITY, readsOnFailure: true },
  // Reads the secret at its start, and restarts within the overlap.
  { keepMs: (random) => OVERLAP_SECONDS * SECOND_MS * random() },
];

// An application opens connections many times between two rotations.
const LOGIN_EVERY_MAX_MS = HOUR_MS;

export function makeClients(count: number, now: number, random: Random): Client[] {
  return Array.from({ length: count }, (_, index) => {
    const cache = CACHES[index % CACHES.length] as Cache;
    const logInAt = now + random() * LOGIN_EVERY_MAX_MS;
    return { cache, password: undefined, readAgainAt: now, logInAt };
  });
}

/** Logs a client in at each of its instants until now; returns the number of logins. */
export function logInUntil(client: Client, view: View, random: Random) {
  const tally = { logins: 0, rejected: 0 };
  while (client.logInAt <= view.now) {
    tally.logins += 1;
    if (!logIn(client, { ...view, now: client.logInAt }, random)) tally.rejected += 1;
    client.logInAt += random() * LOGIN_EVERY_MAX_MS;
  }
  return tally;
}

/** Returns whether the database accepts the client's password, cached or read again. */
export function logIn(client: Client, view: View, random: Random): boolean {
  const isAccepted = () => client.password !== undefined && view.accepted.includes(client.password);
  const isFresh = client.readAgainAt > view.now;
  if (isFresh && (isAccepted() || !client.cache.readsOnFailure)) return isAccepted();
  client.password = view.current;
  client.readAgainAt = view.now + client.cache.keepMs(random);
  return isAccepted();
}
