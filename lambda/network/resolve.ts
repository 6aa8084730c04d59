import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { codedError } from '../errors.ts';

// A resolver in the region answers in milliseconds. One that hangs must not use up the step.
const LOOKUP_TIMEOUT_MS = 5_000;
// Node.js has four threads for lookups and files. A lookup without an answer blocks one for 10 s or
// more: the AWS clients need the others.
const LOOKUPS_MAX = 2;

let running = 0;
const waiting = new Set<() => void>();

/** Resolves a host to all its IP addresses. Throws the error of the resolver, or `ETIMEDOUT`. */
export async function resolveHost(host: string): Promise<string[]> {
  return (await lookupInTurn(host)).map(({ address }) => address);
}

/** Resolves the host of a socket in turn with all other lookups. */
export const lookupHost: LookupFunction = (host, { all }, done) => {
  lookupInTurn(host).then(
    (found) => {
      if (all) done(null, found);
      else done(null, found[0]?.address ?? '', found[0]?.family);
    },
    (error: NodeJS.ErrnoException) => done(error, ''),
  );
};

/** The time in the queue counts: what waits longer is no longer looked up. */
async function lookupInTurn(host: string): Promise<LookupAddress[]> {
  if (isIP(host) !== 0) return [{ address: host, family: isIP(host) }];
  const result = Promise.withResolvers<LookupAddress[]>();
  const start = () => {
    running += 1;
    lookup(host, { all: true })
      .then(result.resolve, result.reject)
      .finally(() => {
        running -= 1;
        startNext();
      });
  };
  const timer = setTimeout(() => {
    waiting.delete(start);
    result.reject(codedError('ETIMEDOUT'));
  }, LOOKUP_TIMEOUT_MS);
  waiting.add(start);
  startNext();
  return await result.promise.finally(() => clearTimeout(timer));
}

function startNext(): void {
  const [next] = waiting;
  if (next === undefined || running >= LOOKUPS_MAX) return;
  waiting.delete(next);
  next();
}
