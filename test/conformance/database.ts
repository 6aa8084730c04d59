import { createClient } from '@redis/client';
import { trust } from '../../lambda/certificate.ts';
import { type Endpoint, serverNameOf } from '../../lambda/endpoint.ts';
import type { Address } from '../../lambda/redis-auth.ts';
import type { Bench } from './bench.ts';

/** The database, as the function's own proof reaches it. */
export function addressOf(
  bench: Pick<Bench, 'database' | 'caCertificate' | 'serverName'>,
): Address {
  const { database, caCertificate } = bench;
  if (database === undefined) throw new Error('there is no database');
  const endpoint: Endpoint = { host: database.host, port: database.port };
  const serverName = serverNameOf(endpoint, bench.serverName);
  const tls = database.isPlain ? undefined : { caCertificate, serverName };
  return { ...endpoint, cluster: 'tried', tls };
}

/** A connection of an application. */
export async function connect(bench: Bench, password: string) {
  const { host, port, tls } = addressOf(bench);
  const client = createClient({
    username: bench.user.name,
    password,
    socket: {
      host,
      port,
      reconnectStrategy: false,
      ...(tls && { tls: true, ...trust(tls) }),
      ...(tls?.serverName && { servername: tls.serverName }),
    },
  });
  // Every error reaches the caller through the call that it fails.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
