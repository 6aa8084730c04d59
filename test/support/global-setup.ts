import { buildLambda, buildUserFields } from '../../infra/build/build.ts';
import { buildCli } from '../../infra/build/cli.ts';
import { DATABASES } from './databases.ts';

/** Builds the functions and the commands for all tests, and prints the databases they run on. */
export async function setup(): Promise<void> {
  await Promise.all([buildLambda(), buildUserFields(), buildCli()]);
  const real = DATABASES.includes('redis-server');
  const hint = real ? '' : ' only: the PATH has no redis-server or valkey-server';
  process.stdout.write(`database tests run on ${DATABASES.join(' and ')}${hint}\n`);
}
