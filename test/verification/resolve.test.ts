import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resolveHost } from '../../lambda/network/resolve.ts';

const TIMEOUT_MS = 5_000;
const HOSTS = Array.from({ length: 16 }, (_, index) => `redis-${index}.sandbox.test`);

const { lookup } = dns;
let calls = 0;

function set(next: unknown): void {
  Object.assign(dns, { lookup: next });
  syncBuiltinESMExports();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  calls = 0;
});

afterEach(() => {
  vi.useRealTimers();
  set(lookup);
});

test('at most 2 lookups run at a time while the resolver never answers', async () => {
  set(() => {
    calls += 1;
    return new Promise(() => undefined);
  });
  const all = Promise.allSettled(HOSTS.map(resolveHost));
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
  const reasons = (await all).map((one) => (one.status === 'rejected' ? one.reason.code : ''));
  expect(new Set(reasons)).toEqual(new Set(['ETIMEDOUT']));
  expect(calls).toBe(2);
});
