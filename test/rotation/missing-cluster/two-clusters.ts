import {
  DeleteParameterCommand,
  type Parameter,
  PutParameterCommand,
  paginateGetParametersByPath,
} from '@aws-sdk/client-ssm';
import { expect } from 'vitest';
import { CLUSTERS_PATH } from '../../sandbox/names.ts';
import {
  FIRST_PASSWORD,
  openScenario,
  putManually,
  type Scenario,
} from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';

// The function caches parameters for 5 minutes.
const CACHED_SECONDS = 301;

export const MISSING = {
  code: 'cluster_parameter_invalid',
  message: expect.stringMatching(/: us has no parameters under CLUSTERS_PATH; hint: restore /),
};

export const VALUE = { username: 'orders', password: FIRST_PASSWORD };

/**
 * Opens a scenario with a user on two clusters, `sandbox` and `us`. The secret names no database,
 * so that it stays valid without the parameters of `us`.
 */
export async function openTwoClusters() {
  await using started = new AsyncDisposableStack();
  const world = started.use(await openScenario({ database: 'built-in', ssl: false }));
  const second = started.use(await addSecondCluster(world));
  for (const user of [world.user, second.user]) user.role = 'db_viewer';
  await putManually(world, VALUE);
  world.driver.attempts = 1;
  const running = started.move();
  return { world, second, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

export async function readParameters({ parameters: client }: Scenario): Promise<Parameter[]> {
  const input = { Path: CLUSTERS_PATH, Recursive: true };
  const pages = await Array.fromAsync(paginateGetParametersByPath({ client }, input));
  return pages.flatMap(({ Parameters = [] }) => Parameters);
}

/** Deletes the parameters whose names start so; returns a function that restores them. */
export async function removeParameters(
  world: Scenario,
  prefix = 'us/',
): Promise<() => Promise<void>> {
  const { parameters, time } = world;
  const all = await readParameters(world);
  const removed = all.filter((one) => one.Name?.startsWith(`${CLUSTERS_PATH}/${prefix}`));
  expect(removed).not.toEqual([]);
  for (const { Name } of removed) await parameters.send(new DeleteParameterCommand({ Name }));
  time.advance(CACHED_SECONDS);
  return async () => {
    for (const { Name, Value, Type } of removed) {
      await parameters.send(new PutParameterCommand({ Name, Value, Type }));
    }
    time.advance(CACHED_SECONDS);
  };
}
