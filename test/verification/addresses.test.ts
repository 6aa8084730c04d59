import type { LookupOptions } from 'node:dns';
import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { connect, createServer, isIP } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { listen } from '../sandbox/listen.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  openScenario,
  putManually,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { addProxy } from './late-proxy.ts';

// DNS returns both addresses of this name, or the next one set.
const NAME = 'redis-12000.redis.sandbox.test';
const ADDRESSES = ['127.0.0.1', '127.0.0.2'];
const NEXT: string[][] = [];

// The resolver never answers for this name.
const UNANSWERED = 'redis-12001.redis.sandbox.test';
const LOOKUP_TIMEOUT_MS = 5_000;

// Linux serves all of 127.0.0.0/8; other systems need an alias.
const hasTwoAddresses = await listen(createServer(), ADDRESSES[1]).then(
  ({ close }) => close().then(() => true),
  () => false,
);

const { lookup } = dns;

function resolve(host: string, options: LookupOptions): Promise<unknown> {
  if (host === UNANSWERED) {
    vi.advanceTimersByTime(LOOKUP_TIMEOUT_MS);
    return new Promise(() => undefined);
  }
  if (host !== NAME) return lookup(host, options);
  const addresses = NEXT.shift() ?? ADDRESSES;
  return Promise.resolve(addresses.map((address) => ({ address, family: isIP(address) })));
}

beforeAll(() => {
  Object.assign(dns, { lookup: resolve });
  syncBuiltinESMExports();
});

afterEach(() => {
  vi.useRealTimers();
  NEXT.length = 0;
});

afterAll(() => {
  Object.assign(dns, { lookup });
  syncBuiltinESMExports();
});

async function putHost(world: Scenario, host: string, port: number): Promise<void> {
  const [password] = world.user.passwords;
  await putManually(world, { username: 'orders', password, host, port });
  await putParameters(world, { 'database-hosts': '.redis.sandbox.test' });
}

/** Adds a proxy at the second address, which never accepts another password. */
function addStaleProxy(world: Scenario) {
  const where = { host: '127.0.0.2', port: world.database.port };
  return addProxy(world, Number.POSITIVE_INFINITY, where);
}

test.skipIf(!hasTwoAddresses)(
  'the function verifies every address of a name and reports the one that rejects',
  async () => {
    await using world = await openScenario({ database: 'built-in' });
    await using _stale = await addStaleProxy(world);
    await putHost(world, NAME, world.database.port);
    expect(await rotateSecret(world, world.arn)).toMatchObject({
      error: { message: expect.stringContaining(`127.0.0.2:${world.database.port} rejected`) },
    });
  },
);

test.skipIf(!hasTwoAddresses)(
  'the function retries an address that rejected, even if DNS no longer returns it',
  async () => {
    await using world = await openScenario({ database: 'built-in' });
    await using _stale = await addStaleProxy(world);
    await putHost(world, NAME, world.database.port);
    NEXT.push(['127.0.0.2'], ...Array.from({ length: 50 }, () => ['127.0.0.1']));
    world.driver.attempts = 1;
    expect(await rotateSecret(world, world.arn)).toMatchObject({
      error: { code: 'pending_password_refused' },
    });
  },
);

test.skipIf(!hasTwoAddresses)(
  'an address that rejected is not forgotten while another address still rejects',
  async () => {
    await using world = await openScenario();
    const { port } = world.database;
    await using _late = await addProxy(world, 5_000, { host: '127.0.0.2', port });
    await using _stale = await addProxy(world, Number.POSITIVE_INFINITY, {
      host: '127.0.0.3',
      port,
    });
    await putHost(world, NAME, port);
    const token = stageToken(world);
    await callStep(world, 'createSecret', token);
    await callStep(world, 'setSecret', token);
    const all = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
    NEXT.push(all, all, ...Array.from({ length: 50 }, () => all.slice(0, 2)));
    await expect(callStep(world, 'finishSecret', token)).rejects.toMatchObject({
      code: 'pending_password_refused',
    });
    NEXT.length = 0;
  },
);

// An address that is reserved for documentation; a machine with IPv6 has a route for it.
const UNROUTED = '2001:db8::1';
const isUnrouted = await new Promise<boolean>((resolveRoute) => {
  const socket = connect({ host: UNROUTED, port: 1, timeout: 500 });
  const end = (code?: string) => {
    socket.destroy();
    resolveRoute(/UNREACH|NOTAVAIL/.test(code ?? ''));
  };
  socket.once('error', (error: NodeJS.ErrnoException) => end(error.code));
  socket.once('timeout', () => end());
});

test.skipIf(!isUnrouted)('an address without a route is skipped and logged', async () => {
  await using world = await openScenario();
  await putHost(world, NAME, world.database.port);
  NEXT.push(...Array.from({ length: 50 }, () => [UNROUTED, '127.0.0.1']));
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.lines.join('')).toContain('address without a route skipped');
});

test.skipIf(!isUnrouted)('addresses without a route fail if no other address answers', async () => {
  await using world = await openScenario();
  await putHost(world, NAME, world.database.port);
  NEXT.push(...Array.from({ length: 50 }, () => [UNROUTED]));
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining(UNROUTED),
  });
});

test('reconcile fails with database_unreachable if the resolver never answers', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await putHost(world, UNANSWERED, 12_001);
  world.driver.attempts = 1;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const context = { getRemainingTimeInMillis: () => 26_000 };
  const step = { Step: 'reconcile', SecretId: world.arn };
  await expect(world.invoke(step, context)).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining('has no address'),
  });
});
