import type { Account } from '../cluster/accounts.ts';
import { RotationError, toRotationError } from '../errors.ts';
import { formatEndpoint } from '../network/endpoint.ts';
import { resolveHost } from '../network/resolve.ts';
import { databaseTls } from '../network/trust.ts';
import { DEFAULT_USER } from '../secret/user.ts';
import { requirePassword, type SecretValue } from '../secret/value.ts';
import { authenticateDefault } from './default-user.ts';
import { type AuthVerdict, authenticate } from './redis-auth.ts';
import { type Address, formatDatabase } from './redis-connection.ts';

/**
 * An address of an endpoint. `key` contains the endpoint's name too: two databases may share an
 * address and a port, and the TLS name selects one.
 */
type Target = Address & { key: string; endpoint: string };

/** What the addresses of an account answered to a password. */
export type Round = {
  accepted: Target[];
  rejected: Target[];
  /** Addresses without a route, as of an IP family that the function's network does not have. */
  unrouted: Target[];
  failures: RotationError[];
};

export const NO_ROUND: Round = { accepted: [], rejected: [], unrouted: [], failures: [] };

/** Verifies a password on every address: the proxy on each node has its own list of users. */
export async function authenticateAll(value: SecretValue, account: Account): Promise<Round> {
  const { targets, failures } = await findTargets(value, account);
  return withUnrouted(join({ ...NO_ROUND, failures }, await tryTargets(value, targets)));
}

/**
 * Verifies a password on the addresses that have not accepted it yet. Includes those that rejected
 * it, even if DNS does not return them any more. Starts with one address, and continues with the
 * others after it was accepted: rejected logins to a database may count towards a lockout.
 */
export async function authenticateRemaining(
  value: SecretValue,
  account: Account,
  before: Round,
): Promise<Round> {
  const { targets, failures } = await findTargets(value, account);
  const all = new Map([...before.rejected, ...targets].map((target) => [target.key, target]));
  for (const { key } of before.accepted) all.delete(key);
  const queue = [...all.values()];
  // A rejection stays until the address accepts the password.
  let round = { ...NO_ROUND, accepted: before.accepted, rejected: before.rejected, failures };
  const isOpen = () => round.accepted.length > before.accepted.length;
  for (let first = queue.shift(); first !== undefined; first = queue.shift()) {
    const opening = await tryTargets(value, [first]);
    round = join(round, opening);
    if (opening.unrouted.length === 0) break;
  }
  if (isOpen()) round = join(round, await tryTargets(value, queue));
  return withUnrouted(round);
}

/** Joins two rounds. An address that accepted the password has not rejected it. */
function join(one: Round, other: Round): Round {
  const accepted = [...one.accepted, ...other.accepted];
  const rejected = new Map(
    [...one.rejected, ...other.rejected].map((target) => [target.key, target]),
  );
  for (const { key } of accepted) rejected.delete(key);
  return {
    accepted,
    rejected: [...rejected.values()],
    unrouted: [...one.unrouted, ...other.unrouted],
    failures: [...one.failures, ...other.failures],
  };
}

/** Adds a failure for each endpoint without an address that answered. */
function withUnrouted(round: Round): Round {
  const answered = new Set([...round.accepted, ...round.rejected].map(({ endpoint }) => endpoint));
  const groups = Map.groupBy(round.unrouted, ({ endpoint }) => endpoint);
  const failures = [...groups].flatMap(([endpoint, targets]) => {
    if (answered.has(endpoint)) return [];
    const addresses = targets.map(formatDatabase).join(', ');
    const what = `the function has no route to ${addresses}`;
    return [new RotationError('database_unreachable', what)];
  });
  return { ...round, failures: [...round.failures, ...failures] };
}

/** Returns every address of an account's databases, and a failure for each host without one. */
export async function findTargets(
  { ssl }: SecretValue,
  { cluster, endpoints }: Account,
): Promise<{ targets: Target[]; failures: RotationError[] }> {
  const failures: RotationError[] = [];
  const found = endpoints.map(async (endpoint): Promise<Target[]> => {
    const tls = ssl ? databaseTls(endpoint, cluster) : undefined;
    try {
      const hosts = await resolveHost(endpoint.host);
      return hosts.map((host) => {
        const name = formatEndpoint(endpoint);
        const key = `${name} ${host}`;
        return { key, endpoint: name, host, port: endpoint.port, cluster: cluster.name, tls };
      });
    } catch (cause) {
      const what = `cluster ${cluster.name}'s database host ${endpoint.host} has no address`;
      failures.push(new RotationError('database_unreachable', what, { cause }));
      return [];
    }
  });
  return { targets: (await Promise.all(found)).flat(), failures };
}

// Codes of a socket whose network has no route to the address.
export const NO_ROUTE = /^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/;

async function tryTargets(value: SecretValue, targets: Target[]): Promise<Round> {
  const { username } = value;
  const password = requirePassword(value);
  const logIn = (target: Target): Promise<AuthVerdict> =>
    username === DEFAULT_USER
      ? authenticateDefault(target, password)
      : authenticate(target, { username, password });
  const round: Round = { accepted: [], rejected: [], unrouted: [], failures: [] };
  const tries = targets.map(async (target) => {
    try {
      round[await logIn(target)].push(target);
    } catch (thrown) {
      const error = toRotationError(thrown);
      if (NO_ROUTE.test(error.cause?.code ?? '')) round.unrouted.push(target);
      else round.failures.push(error);
    }
  });
  await Promise.all(tries);
  return round;
}
