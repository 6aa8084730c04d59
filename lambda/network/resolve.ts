import { lookup } from 'node:dns/promises';
import { codedError } from '../errors.ts';

// A resolver in the region answers in milliseconds. One that hangs must not use up the step.
const LOOKUP_TIMEOUT_MS = 5_000;
// Node.js has four threads for lookups, files and TLS: more lookups would block the others.
const LOOKUPS_MAX = 4;

let running = 0;
const waiting: (() => void)[] = [];

/** Resolves a host to all its IP addresses. Throws the error of the resolver, or `ETIMEDOUT`. */
export async function resolveHost(host: string): Promise<string[]> {
  if (running >= LOOKUPS_MAX) {
    const turn = Promise.withResolvers<void>();
    waiting.push(turn.resolve);
    await turn.promise;
  }
  running += 1;
  try {
    const timeout = new Promise<never>((_, reject) => {
      setTimeout(reject, LOOKUP_TIMEOUT_MS, codedError('ETIMEDOUT')).unref();
    });
    const found = await Promise.race([lookup(host, { all: true }), timeout]);
    return found.map(({ address }) => address);
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}
