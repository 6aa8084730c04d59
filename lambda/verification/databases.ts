import { lookup } from 'node:dns/promises';
import type { Account } from '../cluster/accounts.ts';
import { RotationError, toRotationError } from '../errors.ts';
import { formatEndpoint, serverNameOf } from '../network/endpoint.ts';
import { requirePassword, type SecretValue } from '../secret/value.ts';
import { type Address, authenticate, showDatabase } from './redis-auth.ts';

/** Where a password was refused. */
export type Rejection = { where: string };

/** What one address says of a password; an error where it could not be asked. */
export type AuthResult = 'accepted' | Rejection | RotationError;

// A resolver in the region answers in milliseconds; one that hangs must not eat the step.
const LOOKUP_TIMEOUT_MS = 5_000;

/**
 * A database at one address, or why it has none. `key` has the name in the secret too: one address
 * and port may lead to several databases, by the name in the TLS handshake.
 */
type Target = { key: string; cluster: string; address: Address | RotationError };

/** What each address said in the rounds before, by its key. */
export type Tried = Map<string, { target: Target; answer: AuthResult }>;

const isRefusal = (answer: AuthResult) =>
  answer !== 'accepted' && !(answer instanceof RotationError);

/**
 * Tries a password at every address of every endpoint: the proxy on each node has its own users.
 * With `tried`, an address that accepted it is left out. One that rejected it is tried again, also
 * if DNS does not give it any more. Then the first address of a cluster is tried alone, and the
 * others once it has accepted, in case rejected logins to a database count towards the lock-out of
 * an account.
 */
export async function authenticateAll(
  value: SecretValue,
  accounts: Account[],
  tried?: Tried,
): Promise<AuthResult[]> {
  const answers = accounts.map(async (account) => {
    const found = await addressesOf(value, account);
    const ask = async (target: Target) => {
      const answer = await tryAuth(target.address, value);
      tried?.set(target.key, { target, answer });
      return answer;
    };
    if (tried === undefined) return Promise.all(found.map(ask));
    const rejected = [...tried.values()].flatMap(({ target, answer }) =>
      isRefusal(answer) && target.cluster === account.cluster.name ? [target] : [],
    );
    const all = new Map([...rejected, ...found].map((target) => [target.key, target]));
    const isOpen = ({ key }: Target) => tried.get(key)?.answer !== 'accepted';
    const [first, ...rest] = [...all.values()].filter(isOpen);
    const answer = first && (await ask(first));
    return answer === 'accepted' ? Promise.all(rest.map(ask)) : [answer ?? ('accepted' as const)];
  });
  return (await Promise.all(answers)).flat();
}

/** Where a cluster's databases are. */
async function addressesOf(value: SecretValue, { cluster, endpoints }: Account): Promise<Target[]> {
  const found = endpoints.map(async (endpoint): Promise<Target[]> => {
    const serverName = serverNameOf(endpoint, cluster.serverName);
    const tls = value.ssl ? { ...cluster, serverName } : undefined;
    try {
      const addresses = await resolve(endpoint.host);
      return addresses.map((host) => {
        const address = { host, port: endpoint.port, cluster: cluster.name, tls };
        const key = `${formatEndpoint(endpoint)} ${showDatabase(address)}`;
        return { key, cluster: cluster.name, address };
      });
    } catch (error) {
      const what = `cluster ${cluster.name}'s database host ${endpoint.host} has no address`;
      const address = new RotationError('database_unreachable', what, { cause: error });
      return [{ key: what, cluster: cluster.name, address }];
    }
  });
  return (await Promise.all(found)).flat();
}

async function resolve(host: string): Promise<string[]> {
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error('no reply'), { code: 'ETIMEDOUT' });
    setTimeout(reject, LOOKUP_TIMEOUT_MS, error).unref();
  });
  const found = await Promise.race([lookup(host, { all: true }), late]);
  return found.map(({ address }) => address);
}

async function tryAuth(address: Address | RotationError, value: SecretValue): Promise<AuthResult> {
  if (address instanceof RotationError) return address;
  try {
    const who = { username: value.username, password: requirePassword(value) };
    const verdict = await authenticate(address, who);
    return verdict === 'accepted' ? verdict : { where: showDatabase(address) };
  } catch (error) {
    return toRotationError(error);
  }
}
