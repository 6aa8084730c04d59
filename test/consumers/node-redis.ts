import { createClient, type RedisClientOptions } from '@redis/client';
import type { Credentials } from './credentials.ts';

/** Connects with node-redis, which reads the login again for each connection. */
export async function connectNodeRedis(
  read: () => Promise<Credentials>,
  socket: NonNullable<RedisClientOptions['socket']>,
) {
  const client = createClient({
    credentialsProvider: { type: 'async-credentials-provider', credentials: read },
    socket,
  });
  // Without a listener, the first connection that closes would end the process.
  client.on('error', (error: Error) => console.error(error.message));
  await client.connect();
  return client;
}
