import { createClient } from '@redis/client';
import { CLUSTER_NAME } from './names.ts';
import type { World } from './world.ts';

export type Credentials = { username: string; password: string };

// createClient builds a class if its options differ from the last ones; duplicates share a class.
const TEMPLATE = createClient();

type Reachable = Pick<World, 'database' | 'certificate'>;

/** Opens a connection of an application with Redis' own client over TLS. */
export async function openConnection(
  { database, certificate }: Reachable,
  { username, password }: Credentials,
) {
  const client = TEMPLATE.duplicate({
    username,
    password,
    socket: {
      host: '127.0.0.1',
      port: database.port,
      tls: true,
      ca: certificate.cert,
      servername: CLUSTER_NAME,
      reconnectStrategy: false,
    },
  });
  // The failing call throws every error.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Returns whether the database accepts a login. @throws every error except a rejected password. */
export async function canLogIn(world: Reachable, credentials: Credentials): Promise<boolean> {
  try {
    const client = await openConnection(world, credentials);
    client.destroy();
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('WRONGPASS')) return false;
    throw error;
  }
}
