import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readFromExtension } from '../consumers/lambda-extension.ts';
import { connectNodeRedis } from '../consumers/node-redis.ts';
import type { DatabaseKind } from '../sandbox/database/database.ts';
import { listen } from '../sandbox/listen.ts';
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
import { CLIENTS, type Client, readerOf, tlsOf } from './consumer-clients.ts';

// The errors of node-redis for a command whose connection closed before the reply.
const INTERRUPTED = ['Socket closed unexpectedly', 'read ECONNRESET', 'write EPIPE'];
const REJECTED = /WRONGPASS|NOAUTH|NOPERM/;

const CASES = Object.entries(CLIENTS).flatMap(([name, connect]) =>
  DATABASES.map((database) => [name, database, connect] as const),
);

/** The errors that the clients of a test logged. */
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

/** Opens a world whose cluster closes the connections that logged in with a deleted password. */
async function openClosingWorld(database: DatabaseKind): Promise<Scenario> {
  const world = await openScenario({ database });
  world.cluster.options.disconnectOnRemoval = 'enabled';
  return world;
}

/** Sends commands one after another until `end`, and counts their results. */
function startCommands(client: Client) {
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

test.each(CASES)('%s on %s has no rejected login after its password is deleted', async (...[
  name,
  database,
  connect,
]) => {
  await using world = await openClosingWorld(database);
  const client = await connect(world);
  const commands = startCommands(client);
  await commands.more();
  await rotateSecret(world, world.arn);
  await commands.more();
  await client.waitForPassword(passwordOf(world, 'AWSCURRENT'));
  world.time.advance(OVERLAP_SECONDS);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  await commands.more();
  await commands.end();
  client.close();
  expect(client.reconnects()).toBeGreaterThan(0);
  const allowed = name === 'ioredis' ? [] : INTERRUPTED;
  expect(commands.seen.failed.filter((one) => !allowed.includes(one))).toEqual([]);
  // The clients may log a closed connection.
  expect(logged.filter((one) => REJECTED.test(one))).toEqual([]);
});

test.each(CASES)('%s on %s reconnects with the only valid password after replaceAll', async (...[
  ,
  database,
  connect,
]) => {
  await using world = await openClosingWorld(database);
  const client = await connect(world, 60_000);
  const commands = startCommands(client);
  await commands.more();
  await replaceAll(world);
  await commands.more();
  await commands.end();
  client.close();
  expect(client.reconnects()).toBeGreaterThan(0);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('a password that the Lambda extension caches is valid for the overlap', async () => {
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
  expect(logged.filter((one) => REJECTED.test(one))).toEqual([]);
});
