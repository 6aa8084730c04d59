import { Redis, type RedisOptions } from 'ioredis';
import type { Credentials } from './credentials.ts';

/** Connects with ioredis, which logs in with its current options. */
export async function connectIoredis(
  read: () => Promise<Credentials>,
  options: Pick<RedisOptions, 'host' | 'port' | 'tls'>,
  refreshEveryMs = 60_000,
): Promise<Redis> {
  // The ready check sends INFO, which a user without @dangerous may not.
  const redis = new Redis({ ...options, ...(await read()), enableReadyCheck: false });
  const refresh = async () => {
    try {
      Object.assign(redis.options, await read());
    } catch (error) {
      console.error(error);
    }
  };
  const timer = setInterval(refresh, refreshEveryMs);
  redis.on('end', () => clearInterval(timer));
  redis.on('error', (error: Error) => {
    console.error(error.message);
    // The password was deleted before the end of the overlap, as after a leak.
    if (error.message.startsWith('WRONGPASS')) void refresh();
  });
  return redis;
}
