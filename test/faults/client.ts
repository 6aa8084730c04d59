import type { Random } from './random.ts';

/** When a client reads the secret again. */
type Cache = {
  /** How long it keeps what it has read. */
  keepMs: (random: Random) => number;
  /** Whether a refused login makes it read the secret and try once more. */
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
  /** The passwords that the database takes. */
  taken: readonly string[];
};

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/** What until-restart clients need: how long a replaced password lives on. */
export const OVERLAP_SECONDS = 86_400;

// AWS's caching clients refresh at random between half of their TTL, which is 1 h, and all of it.
const TTL_MS = HOUR_MS;
// The Lambda extension's SECRETS_MANAGER_TTL.
const EXTENSION_MS = 300 * SECOND_MS;

const CACHES: Cache[] = [
  { keepMs: (random) => TTL_MS * (0.5 + random() / 2) },
  { keepMs: () => EXTENSION_MS },
  { keepMs: () => Number.POSITIVE_INFINITY, readsOnFailure: true },
  // It reads the secret when it starts, and restarts within the overlap.
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

/** All logins of a client until now, at its own instants; how many, and how many were refused. */
export function logInUntil(client: Client, view: View, random: Random) {
  const tally = { logins: 0, refused: 0 };
  while (client.logInAt <= view.now) {
    tally.logins += 1;
    if (!logIn(client, { ...view, now: client.logInAt }, random)) tally.refused += 1;
    client.logInAt += random() * LOGIN_EVERY_MAX_MS;
  }
  return tally;
}

/** Whether the database takes what the client has cached, or reads anew. */
export function logIn(client: Client, view: View, random: Random): boolean {
  const isTaken = () => client.password !== undefined && view.taken.includes(client.password);
  const isLegacy = client.readAgainAt <= view.now;
  if (!isLegacy && (isTaken() || !client.cache.readsOnFailure)) return isTaken();
  client.password = view.current;
  client.readAgainAt = view.now + client.cache.keepMs(random);
  return isTaken();
}
