import { buildLambda, buildUserFields } from '../../infra/build/build.ts';
import { DATABASES } from './databases.ts';

/** Builds the functions once for all tests, and prints which databases they run on. */
export async function setup(): Promise<void> {
  await Promise.all([buildLambda(), buildUserFields()]);
  const real = DATABASES.includes('redis-server');
  const hint = real ? '' : ' only: the PATH has no redis-server or valkey-server';
  process.stdout.write(`database tests run on ${DATABASES.join(' and ')}${hint}\n`);
}
