import type { EventEmitter } from 'node:events';
import { expect, vi } from 'vitest';
import { readCredentials } from '../consumers/credentials.ts';
import { connectIoredis } from '../consumers/ioredis.ts';
import { connectNodeRedis } from '../consumers/node-redis.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import type { Scenario } from '../support/scenario.ts';

export type Client = {
  get: (key: string) => Promise<unknown>;
  close: () => unknown;
  reconnects: () => number;
  /** Waits until the client logs in with this password after its next connect. */
  waitForPassword: (password: string | undefined) => Promise<unknown>;
};

type Connect = (world: Scenario, refreshEveryMs?: number) => Promise<Client>;

export const CLIENTS: Record<string, Connect> = {
  'node-redis': async (world) => {
    const { port } = world.database;
    const socket = { host: '127.0.0.1', port, tls: true as const, ...tlsOf(world) };
    const client = await connectNodeRedis(readerOf(world), socket);
    const close = () => client.destroy();
    const waitForPassword = async () => undefined;
    return {
      get: (key) => client.get(key),
      close,
      reconnects: countReconnects(client),
      waitForPassword,
    };
  },
  ioredis: async (world, refreshEveryMs = 20) => {
    const options = { host: '127.0.0.1', port: world.database.port, tls: tlsOf(world) };
    const client = await connectIoredis(readerOf(world), options, refreshEveryMs);
    const close = () => client.disconnect();
    const waitForPassword = (password: string | undefined) =>
      vi.waitFor(() => expect(client.options.password).toBe(password), { timeout: 20_000 });
    return {
      get: (key) => client.get(key),
      close,
      reconnects: countReconnects(client),
      waitForPassword,
    };
  },
};

function countReconnects(client: EventEmitter): () => number {
  let seen = 0;
  client.on('reconnecting', () => {
    seen += 1;
  });
  return () => seen;
}

export function tlsOf({ certificate }: Scenario) {
  return { ca: certificate.cert, servername: CLUSTER_NAME };
}

export function readerOf({ secretsManager, arn }: Scenario) {
  return () => readCredentials(secretsManager, arn);
}
