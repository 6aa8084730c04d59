import type { LookupOptions } from 'node:dns';
import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import { codedError } from '../../lambda/errors.ts';
import { putParameters } from '../sandbox/setup.ts';
import { putManually, type Scenario } from '../support/scenario.ts';

// DNS returns both addresses of this name, or the next one set.
export const NAME = 'redis-12000.redis.sandbox.test';
export const ADDRESSES = ['127.0.0.1', '127.0.0.2'];
export const NEXT: string[][] = [];

// The resolver never answers for this name.
export const UNANSWERED = 'redis-12001.redis.sandbox.test';
const LOOKUP_TIMEOUT_MS = 5_000;

const { lookup } = dns;

function resolve(host: string, options: LookupOptions): Promise<unknown> {
  if (host === UNANSWERED) {
    vi.advanceTimersByTime(LOOKUP_TIMEOUT_MS);
    // After the timeout, as Node.js gives a thread back.
    return Promise.reject(codedError('ENOTFOUND'));
  }
  if (host !== NAME) return lookup(host, options);
  const addresses = NEXT.shift() ?? ADDRESSES;
  return Promise.resolve(addresses.map((address) => ({ address, family: isIP(address) })));
}

/** Sets the hooks of a test file that resolves these names. */
export function fakeDns(): void {
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
}

/** Writes a secret whose database has this host. */
export async function putHost(world: Scenario, host: string, port: number): Promise<void> {
  const [password] = world.user.passwords;
  await putManually(world, { username: 'orders', password, host, port });
  await putParameters(world, { 'database-hosts': '.redis.sandbox.test' });
}
