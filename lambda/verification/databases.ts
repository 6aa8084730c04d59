import type { Account } from '../cluster/accounts.ts';
import { RotationError, toRotationError } from '../errors.ts';
import { formatEndpoint } from '../network/endpoint.ts';
import { resolveHost } from '../network/resolve.ts';
import { databaseTls } from '../network/trust.ts';
import { requirePassword, type SecretValue } from '../secret/value.ts';
import { type Address, authenticate } from './redis-auth.ts';

/**
 * An address of an endpoint. `key` contains the endpoint's name too: two databases may share an
 * address and a port, and the TLS name selects one.
 */
type Target = Address & { key: string };

/** What the addresses of an account answered to a password. */
export type Round = { accepted: Target[]; rejected: Target[]; failures: RotationError[] };

export const NO_ROUND: Round = { accepted: [], rejected: [], failures: [] };

/** Verifies a password on every address: the proxy on each node has its own list of users. */
export async function authenticateAll(value: SecretValue, account: Account): Promise<Round> {
  const { targets, failures } = await findTargets(value, account);
  const round = await tryTargets(value, targets);
  return { ...round, failures: [...failures, ...round.failures] };
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
  const [first, ...rest] = all.values();
  const opening = await tryTargets(value, first === undefined ? [] : [first]);
  const isOpen = opening.accepted.length > 0;
  const others = await tryTargets(value, isOpen ? rest : []);
  // A rejection stays until the address accepts the password.
  const accepted = [...before.accepted, ...opening.accepted, ...others.accepted];
  const rejected = [...before.rejected, ...opening.rejected, ...others.rejected];
  const open = new Map(rejected.map((target) => [target.key, target]));
  for (const { key } of accepted) open.delete(key);
  return {
    accepted,
    rejected: [...open.values()],
    failures: [...failures, ...opening.failures, ...others.failures],
  };
}

async function findTargets(
  { ssl }: SecretValue,
  { cluster, endpoints }: Account,
): Promise<{ targets: Target[]; failures: RotationError[] }> {
  const failures: RotationError[] = [];
  const found = endpoints.map(async (endpoint): Promise<Target[]> => {
    const tls = ssl ? databaseTls(endpoint, cluster) : undefined;
    try {
      const hosts = await resolveHost(endpoint.host);
      return hosts.map((host) => {
        const key = `${formatEndpoint(endpoint)} ${host}`;
        return { key, host, port: endpoint.port, cluster: cluster.name, tls };
      });
    } catch (cause) {
      const what = `cluster ${cluster.name}'s database host ${endpoint.host} has no address`;
      failures.push(new RotationError('database_unreachable', what, { cause }));
      return [];
    }
  });
  return { targets: (await Promise.all(found)).flat(), failures };
}

async function tryTargets(value: SecretValue, targets: Target[]): Promise<Round> {
  const credentials = { username: value.username, password: requirePassword(value) };
  const round: Round = { accepted: [], rejected: [], failures: [] };
  const tries = targets.map(async (target) => {
    try {
      round[await authenticate(target, credentials)].push(target);
    } catch (error) {
      round.failures.push(toRotationError(error));
    }
  });
  await Promise.all(tries);
  return round;
}
