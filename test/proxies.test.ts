import type { LookupOptions } from 'node:dns';
import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, startDatabase } from './sandbox/database.ts';
import { listen } from './sandbox/listen.ts';
import { putParameters, rotateSecret } from './sandbox/setup.ts';
import { openScenario, passwordOf, putByHand, type Scenario } from './scenario.ts';

// The name of a database whose proxies run on several nodes, as DNS would have it.
const NAME = 'redis-12000.redis.sandbox.test';
const ADDRESSES = ['127.0.0.1', '127.0.0.2'];

const { lookup } = dns;
beforeAll(() => {
  const answer = (host: string, options: LookupOptions) =>
    host === NAME
      ? Promise.resolve(ADDRESSES.map((address) => ({ address, family: 4 })))
      : lookup(host, options);
  Object.assign(dns, { lookup: answer });
  syncBuiltinESMExports();
});
afterAll(() => {
  Object.assign(dns, { lookup });
  syncBuiltinESMExports();
});

/** Another proxy of the database, which knows users as late as is said. */
async function addProxy(world: Scenario, delayMs: number, where: { host?: string; port?: number }) {
  const database = await startDatabase('built-in', world.certificate, where);
  await database.setUser(world.user);
  world.propagation.add(database.setUser).delayMs = delayMs;
  return { ...database, [Symbol.asyncDispose]: database.close };
}

/** A secret whose password is to be proved on two endpoints. */
async function proveOn(world: Scenario, other: Database): Promise<void> {
  const [password] = world.user.passwords;
  const endpoints = [world.database.port, other.port].map((port) => `127.0.0.1:${port}`);
  await putByHand(world, { username: 'orders', password, endpoints });
}

test('a proxy that learns of the password 5 s late passes', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await using late = await addProxy(world, 5_000, {});
  await proveOn(world, late);
  const began = world.time.now();
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.time.now() - began).toBeGreaterThanOrEqual(5_000);
});

test('a proxy that never learns of the password fails the step with its address', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await using deaf = await addProxy(world, Number.POSITIVE_INFINITY, {});
  await proveOn(world, deaf);
  const before = passwordOf(world, 'AWSCURRENT');
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    outcome: 'failed',
    error: {
      code: 'pending_password_refused',
      message: expect.stringContaining(`127.0.0.1:${deaf.port} refused`),
    },
  });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(before);
});

// Linux answers on all of 127.0.0.0/8; other systems need an alias.
const hasTwoAddresses = await listen(createServer(), ADDRESSES[1]).then(
  ({ close }) => close().then(() => true),
  () => false,
);

test.skipIf(!hasTwoAddresses)(
  'every address that a name has is asked, and the one that refuses is named',
  async () => {
    await using world = await openScenario({ database: 'built-in' });
    const { port } = world.database;
    await using _deaf = await addProxy(world, Number.POSITIVE_INFINITY, {
      host: '127.0.0.2',
      port,
    });
    const [password] = world.user.passwords;
    await putByHand(world, { username: 'orders', password, host: NAME, port });
    await putParameters(world, { 'database-hosts': '.redis.sandbox.test' });
    expect(await rotateSecret(world, world.arn)).toMatchObject({
      error: { message: expect.stringContaining(`127.0.0.2:${port} refused`) },
    });
  },
);
