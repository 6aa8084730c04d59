import { expect } from 'vitest';
import type { ClusterApi } from '../../sandbox/cluster/api.ts';
import type { Cluster } from '../../sandbox/cluster/cluster.ts';
import type { ClusterUser } from '../../sandbox/cluster/users.ts';
import type { Database } from '../../sandbox/database/database.ts';
import { leftInTheEnd } from '../../support/promises.ts';
import {
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
} from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';
import { LOGINS } from '../logins.ts';

type Member = {
  name: string;
  cluster: Cluster;
  api: ClusterApi;
  database: Database;
  user: ClusterUser;
};

/** How many clusters the user is on, and the index of the cluster that fails. */
type Layout = { login: (typeof LOGINS)[number]; clusters: number; down: number };

export const LAYOUTS = [
  { clusters: 1, down: 0 },
  { clusters: 2, down: 0 },
  { clusters: 2, down: 1 },
].flatMap(({ clusters, down }) =>
  LOGINS.map((login) => ({
    name: `cluster ${down + 1} of ${clusters}, ${login}`,
    clusters,
    down,
    login,
  })),
);

export async function openClusters({ login, clusters, down }: Layout) {
  await using started = new AsyncDisposableStack();
  const world = started.use(await openScenario({ login, database: 'built-in', ssl: false }));
  const all: Member[] = [{ ...world, name: 'sandbox' }];
  if (clusters === 2) all.push({ ...started.use(await addSecondCluster(world)), name: 'us' });
  const member = all[down];
  if (member === undefined) throw new RangeError(`there is no cluster ${down}`);
  const others = all.filter((one) => one !== member);
  const running = started.move();
  const dispose = () => running.disposeAsync();
  return { world, all, others, down: member, [Symbol.asyncDispose]: dispose };
}

/** Loses the requests of the affected methods, and all logins to the database if AUTH is one. */
export function takeDown({ api, database }: Member, isAffected = (_method: string) => true): void {
  api.fault = ({ method }) => (isAffected(method) ? 'request lost' : undefined);
  database.fault = isAffected('AUTH') ? () => 'request lost' : undefined;
}

export function bringBack({ api, database }: Member): void {
  api.fault = undefined;
  database.fault = undefined;
}

/** Expects AWSCURRENT to be the only valid password on every cluster, and nothing unfinished. */
export async function expectOneEverywhere(world: Scenario): Promise<void> {
  world.time.advance(Math.max(OVERLAP_SECONDS, FUNCTION_TIMEOUT_SECONDS) + 1);
  await reconcile(world);
  expect(passwordOf(world, 'AWSCURRENT')).not.toBe(FIRST_PASSWORD);
  expect(leftInTheEnd(world.witness.scene())).toEqual([]);
}

/** Matches an error whose message names a cluster. */
export const naming = ({ name }: Member) => ({
  message: expect.stringContaining(`cluster ${name}`),
});
