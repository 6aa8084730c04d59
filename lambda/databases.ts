import { lookup } from 'node:dns/promises';
import type { Account } from './accounts.ts';
import { type Endpoint, serverNameOf } from './endpoint.ts';
import { RotationError, toRotationError } from './errors.ts';
import { type Address, authenticate, type Credentials, showDatabase } from './redis-auth.ts';
import { passwordOf, type SecretValue } from './secret-value.ts';

/** Where a password was refused. */
export type Refusal = { where: string };

/** What one address says of a password; an error where it could not be asked. */
export type Answer = 'accepted' | Refusal | RotationError;

/** Asks every address of every endpoint at once: the proxy on each node has its own users. */
export async function askDatabases(value: SecretValue, accounts: Account[]): Promise<Answer[]> {
  const who = { username: value.username, password: passwordOf(value) };
  const answers = accounts.flatMap(({ cluster, endpoints }) =>
    endpoints.map(async (endpoint) => {
      const serverName = serverNameOf(endpoint, cluster.serverName);
      const tls = value.ssl ? { ...cluster, serverName } : undefined;
      const addresses = await resolve(endpoint, cluster.name);
      if (addresses instanceof RotationError) return [addresses];
      return Promise.all(
        addresses.map((address) => knock({ ...address, cluster: cluster.name, tls }, who)),
      );
    }),
  );
  return (await Promise.all(answers)).flat();
}

async function resolve(
  { host, port }: Endpoint,
  cluster: string,
): Promise<Endpoint[] | RotationError> {
  try {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => ({ host: address, port }));
  } catch (error) {
    const what = `cluster ${cluster}'s database host ${host} has no address`;
    return new RotationError('database_unreachable', what, { cause: error });
  }
}

async function knock(address: Address, who: Credentials): Promise<Answer> {
  try {
    const verdict = await authenticate(address, who);
    return verdict === 'accepted' ? verdict : { where: showDatabase(address) };
  } catch (error) {
    return toRotationError(error);
  }
}
