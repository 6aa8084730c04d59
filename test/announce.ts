import { DATABASES } from './databases.ts';

/** Says once, before the tests, which databases they run on. */
export function setup(): void {
  const real = DATABASES.includes('redis-server');
  const hint = real ? '' : ' alone: no redis-server or valkey-server is on the PATH';
  process.stdout.write(`database tests run on ${DATABASES.join(' and ')}${hint}\n`);
}
