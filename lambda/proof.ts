import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Account } from './accounts.ts';
import type { Edges } from './edges.ts';
import { type Endpoint, showEndpoint } from './endpoint.ts';
import { RotationError } from './errors.ts';
import { type Address, authenticate, type Credentials } from './redis-auth.ts';
import { authorize } from './redis-enterprise/passwords.ts';
import { passwordOf, type SecretValue } from './secret-value.ts';

/** Where a password was refused. */
export type Refusal = { where: string };

export type Patience = {
  /** Whether a refusal may be a password that has not spread to every proxy yet. */
  patient: boolean;
};

/**
 * Waits, 30 s in all, before a database is asked again: how fast a password spreads to a
 * cluster's proxies is documented nowhere. Four attempts stay under the five failures that lock
 * an account, should logins to a database count.
 */
const RETRY_WAITS_MS = [1_000, 5_000, 24_000] as const;

/**
 * Proves a password on every cluster: on every address of every database endpoint or, where the
 * secret names no database, by one login to the API. Undefined: accepted everywhere. Throws where
 * nobody answered.
 */
export async function prove(
  value: SecretValue,
  accounts: Account[],
  edges: Edges,
  patience: Patience,
): Promise<Refusal | undefined> {
  const refusal = await proveOnDatabases(value, accounts, edges, patience);
  if (refusal !== undefined) return refusal;
  const password = passwordOf(value);
  for (const { cluster } of accounts.filter(({ endpoints }) => endpoints.length === 0)) {
    const verdict = await authorize({ ...edges, cluster }, { name: value.restName, password });
    if (verdict === 'refused') return { where: `the API of cluster ${cluster.name}` };
  }
  return undefined;
}

/** The same on databases alone: where there are none, nothing is asked. */
export async function proveOnDatabases(
  value: SecretValue,
  accounts: Account[],
  edges: Edges,
  { patient }: Patience,
): Promise<Refusal | undefined> {
  const who = { username: value.username, password: passwordOf(value) };
  let doors = accounts.flatMap((account) => doorsOf(account, value.ssl));
  for (const wait of [...RETRY_WAITS_MS, undefined]) {
    const answers = await Promise.all(doors.map((door) => knock(door, who)));
    const isFinal = (answer: Answer) =>
      answer instanceof RotationError ? answer.code === 'certificate_refused' : !patient;
    const bad = answers.filter((answer) => answer !== 'accepted');
    const final = bad.find(isFinal) ?? (wait === undefined ? bad[0] : undefined);
    if (final instanceof RotationError) throw final;
    if (final !== undefined || bad.length === 0) return final;
    doors = doors.filter((_, index) => answers[index] !== 'accepted');
    if (wait !== undefined) await edges.sleep(wait);
  }
  return undefined;
}

/** Throws `current_password_refused` or `pending_password_refused` where a password was. */
export function requireProof(which: 'current' | 'pending', refusal: Refusal | undefined): void {
  if (refusal === undefined) return;
  const what = `${refusal.where} refused the password of AWS${which.toUpperCase()}`;
  throw new RotationError(`${which}_password_refused`, what);
}

type Door = { endpoint: Endpoint; tls: Address['tls'] };
type Answer = 'accepted' | Refusal | RotationError;

function doorsOf({ cluster, endpoints }: Account, ssl: boolean): Door[] {
  const { caCertificate, serverName } = cluster;
  return endpoints.map((endpoint) => {
    // A certificate of Redis Enterprise names no IP address.
    const name = isIP(endpoint.host) === 0 ? endpoint.host : serverName;
    return { endpoint, tls: ssl ? { serverName: name, caCertificate } : undefined };
  });
}

/** Asks every address of an endpoint at once: a proxy on each node has its own list of users. */
async function knock({ endpoint, tls }: Door, who: Credentials): Promise<Answer> {
  let hosts: string[];
  try {
    hosts = (await lookup(endpoint.host, { all: true })).map(({ address }) => address);
  } catch (error) {
    const what = `the database host ${endpoint.host} has no address`;
    return new RotationError('database_unreachable', what, { cause: error });
  }
  const answers = await Promise.all(
    hosts.map(async (host): Promise<Answer> => {
      const address = { host, port: endpoint.port, tls };
      try {
        const verdict = await authenticate(address, who);
        return verdict === 'accepted' ? verdict : { where: showEndpoint(address) };
      } catch (error) {
        if (error instanceof RotationError) return error;
        throw error;
      }
    }),
  );
  return answers.find((answer) => answer !== 'accepted') ?? 'accepted';
}
