import type { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readCredentials } from '../consumers/credentials.ts';
import { connectIoredis } from '../consumers/ioredis.ts';
import { readFromExtension } from '../consumers/lambda-extension.ts';
import { connectNodeRedis } from '../consumers/node-redis.ts';
import type { DatabaseKind } from '../sandbox/database/database.ts';
import { listen } from '../sandbox/listen.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { DATABASES } from '../support/databases.ts';
import {
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
} from '../support/scenario.ts';

type Client = {
  get: (key: string) => Promise<unknown>;
  close: () => unknown;
  reconnects: () => number;
  /** Waits until the client would log in with a password. */
  knows: (password: string | undefined) => Promise<unknown>;
};

const CLIENTS: Record<string, (world: Scenario, refreshEveryMs?: number) => Promise<Client>> = {
  'node-redis': async (world) => {
    const { port } = world.database;
    const socket = { host: '127.0.0.1', port, tls: true as const, ...tlsOf(world) };
    const client = await connectNodeRedis(readerOf(world), socket);
    const close = () => client.destroy();
    const knows = async () => undefined;
    return { get: (key) => client.get(key), close, reconnects: countReconnects(client), knows };
  },
  ioredis: async (world, refreshEveryMs = 20) => {
    const options = { host: '127.0.0.1', port: world.database.port, tls: tlsOf(world) };
    const client = await connectIoredis(readerOf(world), options, refreshEveryMs);
    const close = () => client.disconnect();
    const knows = (password: string | undefined) =>
      vi.waitFor(() => expect(client.options.password).toBe(password), { timeout: 20_000 });
    return { get: (key) => client.get(key), close, reconnects: countReconnects(client), knows };
  },
};

// Of node-redis, a command that was under way when its connection closed: it may have run.
const CUT_OFF = ['Socket closed unexpectedly', 'read ECONNRESET', 'write EPIPE'];
const REFUSED = /WRONGPASS|NOAUTH|NOPERM/;

const CASES = Object.entries(CLIENTS).flatMap(([name, connect]) =>
  DATABASES.map((database) => [name, database, connect] as const),
);

/** What the clients of a test logged. */
const logged: string[] = [];

const { error } = console;

beforeEach(() => {
  console.error = (text) => logged.push(String(text));
});

afterEach(() => {
  console.error = error;
  vi.unstubAllEnvs();
  logged.length = 0;
});

function countReconnects(client: EventEmitter): () => number {
  let seen = 0;
  client.on('reconnecting', () => {
    seen += 1;
  });
  return () => seen;
}

function tlsOf({ certificate }: Scenario) {
  return { ca: certificate.cert, servername: CLUSTER_NAME };
}

function readerOf({ secretsManager, arn }: Scenario) {
  return () => readCredentials(secretsManager, arn);
}

/** A world whose cluster closes the connections that logged in with a removed password. */
async function openClosingWorld(database: DatabaseKind): Promise<Scenario> {
  const world = await openScenario({ database });
  world.cluster.options.disconnectOnRemoval = 'enabled';
  return world;
}

/** Sends one command after the other, until told to stop; tells what became of them. */
function send(client: Client) {
  const seen = { answered: 0, failed: [] as string[] };
  const stop = new AbortController();
  const sending = (async () => {
    while (!stop.signal.aborted) {
      await client.get('order').then(
        () => (seen.answered += 1),
        (error: Error) => seen.failed.push(error.message),
      );
      await setTimeout(1);
    }
  })();
  const more = async () => {
    const enough = seen.answered + 10;
    await vi.waitFor(() => expect(seen.answered).toBeGreaterThan(enough), { timeout: 20_000 });
  };
  const end = async () => {
    stop.abort();
    await sending;
  };
  return { seen, more, end };
}

test.each(readdirSync('test/consumers'))('the guide shows the code that runs here: %s', (file) => {
  const code = readFileSync(`test/consumers/${file}`, 'utf8');
  expect(readFileSync('docs/guides/consumers.md', 'utf8')).toContain(`\n\`\`\`ts\n${code}\`\`\`\n`);
});

test.each(CASES)('%s on %s: when its password is deleted, no login is refused', async (...[
  name,
  database,
  connect,
]) => {
  await using world = await openClosingWorld(database);
  const client = await connect(world);
  const commands = send(client);
  await commands.more();
  await rotateSecret(world, world.arn);
  await commands.more();
  await client.knows(passwordOf(world, 'AWSCURRENT'));
  world.time.advance(OVERLAP_SECONDS);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  await commands.more();
  await commands.end();
  client.close();
  expect(client.reconnects()).toBeGreaterThan(0);
  const mayFail = name === 'ioredis' ? [] : CUT_OFF;
  expect(commands.seen.failed.filter((one) => !mayFail.includes(one))).toEqual([]);
  // A connection that is closed may be logged, in the words of the system.
  expect(logged.filter((one) => REFUSED.test(one))).toEqual([]);
});

test.each(CASES)('%s on %s: after a leak it finds the one password left', async (...[
  ,
  database,
  connect,
]) => {
  await using world = await openClosingWorld(database);
  const client = await connect(world, 60_000);
  const commands = send(client);
  await commands.more();
  await replaceAll(world);
  await commands.more();
  await commands.end();
  client.close();
  expect(client.reconnects()).toBeGreaterThan(0);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('the Lambda extension may answer with a replaced password, which the overlap covers', async () => {
  await using world = await openScenario({ database: 'built-in' });
  let cached: object | undefined;
  const extension = await listen(
    createServer(async (request, reply) => {
      const { searchParams, pathname } = new URL(request.url ?? '', 'http://localhost');
      expect(pathname).toBe('/secretsmanager/get');
      expect(searchParams.get('secretId')).toBe(world.arn);
      expect(request.headers['x-aws-parameters-secrets-token']).toBe('session');
      cached ??= await readerOf(world)();
      reply.end(JSON.stringify({ SecretString: JSON.stringify(cached) }));
    }),
  );
  vi.stubEnv('PARAMETERS_SECRETS_EXTENSION_HTTP_PORT', String(extension.port));
  vi.stubEnv('AWS_SESSION_TOKEN', 'session');
  const connect = async () => {
    const { port } = world.database;
    const socket = { host: '127.0.0.1', port, tls: true as const, ...tlsOf(world) };
    const client = await connectNodeRedis(() => readFromExtension(world.arn), socket);
    client.destroy();
    return readFromExtension(world.arn);
  };
  expect(await connect()).toMatchObject({ password: FIRST_PASSWORD });
  await rotateSecret(world, world.arn);
  expect(await connect()).toMatchObject({ password: FIRST_PASSWORD });
  cached = undefined;
  expect(await connect()).toMatchObject({ password: passwordOf(world, 'AWSCURRENT') });
  await extension.close();
  expect(logged.filter((one) => REFUSED.test(one))).toEqual([]);
});
