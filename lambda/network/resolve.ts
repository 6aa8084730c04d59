import { lookup } from 'node:dns/promises';
import { codedError } from '../errors.ts';

// A resolver in the region answers in milliseconds. One that hangs must not use up the step.
const LOOKUP_TIMEOUT_MS = 5_000;

/** Resolves a host to all its IP addresses. Throws the error of the resolver, or `ETIMEDOUT`. */
export async function resolveHost(host: string): Promise<string[]> {
  const timeout = new Promise<never>((_, reject) => {
    setTimeout(reject, LOOKUP_TIMEOUT_MS, codedError('ETIMEDOUT')).unref();
  });
  const found = await Promise.race([lookup(host, { all: true }), timeout]);
  return found.map(({ address }) => address);
}
