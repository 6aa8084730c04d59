import { lookup } from 'node:dns/promises';
import type { Account } from '../cluster/accounts.ts';
import { RotationError, toRotationError } from '../errors.ts';
import { formatEndpoint, serverNameOf } from '../network/endpoint.ts';
import { requirePassword, type SecretValue } from '../secret/value.ts';
import { type Address, authenticate } from './redis-auth.ts';

// A resolver in the region answers in milliseconds. One that hangs must not use up the step.
const LOOKUP_TIMEOUT_MS = 5_000;

/**
 * An address of an endpoint. `key` contains the endpoint's name too: one address and port may serve
 * several databases, by the name in the TLS handshake.
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
  return {
    accepted: [...before.accepted, ...opening.accepted, ...others.accepted],
    rejected: [...opening.rejected, ...others.rejected],
    failures: [...failures, ...opening.failures, ...others.failures],
  };
}

async function findTargets(
  { ssl }: SecretValue,
  { cluster, endpoints }: Account,
): Promise<{ targets: Target[]; failures: RotationError[] }> {
  const failures: RotationError[] = [];
  const found = endpoints.map(async (endpoint): Promise<Target[]> => {
    const serverName = serverNameOf(endpoint, cluster.serverName);
    const tls = ssl ? { ...cluster, serverName } : undefined;
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

async function resolveHost(host: string): Promise<string[]> {
  const timeout = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error('no reply'), { code: 'ETIMEDOUT' });
    setTimeout(reject, LOOKUP_TIMEOUT_MS, error).unref();
  });
  const found = await Promise.race([lookup(host, { all: true }), timeout]);
  return found.map(({ address }) => address);
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
