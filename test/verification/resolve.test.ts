import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resolveHost } from '../../lambda/network/resolve.ts';

const TIMEOUT_MS = 5_000;
const HOSTS = Array.from({ length: 16 }, (_, index) => `redis-${index}.sandbox.test`);

const { lookup } = dns;
let lookups: PromiseWithResolvers<never>[] = [];

function set(next: unknown): void {
  Object.assign(dns, { lookup: next });
  syncBuiltinESMExports();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  lookups = [];
});

afterEach(() => {
  vi.useRealTimers();
  set(lookup);
  for (const { reject } of lookups) reject(new Error('ETIMEOUT'));
});

test('at most 2 lookups run at a time while the resolver never answers', async () => {
  set(() => {
    lookups.push(Promise.withResolvers());
    return lookups.at(-1)?.promise;
  });
  const all = Promise.allSettled(HOSTS.map(resolveHost));
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
  const reasons = (await all).map((one) => (one.status === 'rejected' ? one.reason.code : ''));
  expect(new Set(reasons)).toEqual(new Set(['ETIMEDOUT']));
  expect(lookups).toHaveLength(2);
});
