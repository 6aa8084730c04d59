import type { LookupOptions } from 'node:dns';
import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seeDatabaseLogin } from '../sandbox/cluster/login.ts';
import { type Database, startDatabase } from '../sandbox/database/database.ts';
import { listen } from '../sandbox/listen.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import { openScenario, passwordOf, putByHand, type Scenario } from '../support/scenario.ts';

// The name of a database whose proxies run on several nodes, as DNS would have it.
const NAME = 'redis-12000.redis.sandbox.test';
// And one whose resolver never answers.
const SILENT = 'redis-12001.redis.sandbox.test';
const ADDRESSES = ['127.0.0.1', '127.0.0.2'];
// The next answers for the name; without one it has both addresses.
const NEXT: string[] = [];

const { lookup } = dns;
beforeAll(() => {
  const answer = (host: string, options: LookupOptions) => {
    if (host === SILENT) return new Promise(() => undefined);
    if (host !== NAME) return lookup(host, options);
    const next = NEXT.shift();
    const addresses = next === undefined ? ADDRESSES : [next];
    return Promise.resolve(addresses.map((address) => ({ address, family: 4 })));
  };
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
  database.onLogin = (login) => void seeDatabaseLogin(world.cluster, login);
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

test('a resolver that never answers ends with an error of its own', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const [password] = world.user.passwords;
  await putParameters(world, { 'database-hosts': SILENT });
  await putByHand(world, { username: 'orders', password, host: SILENT, port: 12_001 });
  world.driver.attempts = 1;
  const context = { getRemainingTimeInMillis: () => 26_000 };
  const step = { Step: 'reconcile', SecretId: world.arn };
  await expect(world.invoke(step, context)).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining('has no address'),
  });
}, 10_000);

test.each([
  2, 3,
])('where refused logins to a database count, %i proxies that learn late lock nobody', async (proxies) => {
  await using world = await openScenario({ database: 'built-in' });
  await using stack = new AsyncDisposableStack();
  world.cluster.options.databaseLoginsCount = true;
  const endpoints: string[] = [];
  for (let count = 0; count < proxies; count += 1) {
    const late = stack.use(await addProxy(world, 5_000, {}));
    endpoints.push(`127.0.0.1:${late.port}`);
  }
  const [password] = world.user.passwords;
  await putByHand(world, { username: 'orders', password, endpoints });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect([world.user.refusedAt.length > 0, world.user.lockedUntil]).toEqual([true, 0]);
});

test.skipIf(!hasTwoAddresses)(
  'an address that rejected the password is asked again, also if DNS leaves it out later',
  async () => {
    await using world = await openScenario({ database: 'built-in' });
    const { port } = world.database;
    const never = Number.POSITIVE_INFINITY;
    await using _deaf = await addProxy(world, never, { host: '127.0.0.2', port });
    const [password] = world.user.passwords;
    await putByHand(world, { username: 'orders', password, host: NAME, port });
    await putParameters(world, { 'database-hosts': '.redis.sandbox.test' });
    NEXT.push('127.0.0.2', ...Array.from({ length: 50 }, () => '127.0.0.1'));
    world.driver.attempts = 1;
    const outcome = await rotateSecret(world, world.arn);
    NEXT.length = 0;
    expect(outcome).toMatchObject({ error: { code: 'pending_password_refused' } });
  },
);
