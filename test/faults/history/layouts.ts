import { DeleteParameterCommand, GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import type { ClusterApi } from '../../sandbox/cluster/api.ts';
import type { Cluster } from '../../sandbox/cluster/cluster.ts';
import type { ClusterUser } from '../../sandbox/cluster/users.ts';
import type { Database } from '../../sandbox/database/database.ts';
import { CLUSTERS_PATH } from '../../sandbox/names.ts';
import { putParameters } from '../../sandbox/setup.ts';
import { addOtherDatabase } from '../../support/other-database.ts';
import { FIRST_PASSWORD, putManually, type Scenario } from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';
import { addSecondName } from '../../support/second-name.ts';
import { openTwoNodes } from './two-nodes.ts';

/** The clusters and databases of a history. */
export const LAYOUTS = [
  'two nodes',
  'two clusters',
  'no databases',
  'two names',
  'default user',
] as const;

/** What happens to a cluster. A layout ignores the outages that it does not support. */
export type Outage =
  | { do: 'failover'; dies: boolean }
  | { do: 'change the certificate'; isConfigured: boolean }
  | { do: 'remove parameters' | 'restore parameters' }
  | { do: 'delay the database'; ms: number };

export type Layout = AsyncDisposable & {
  apis: ClusterApi[];
  databases: Database[];
  /** The user on every cluster. */
  accounts: { cluster: Cluster; user: ClusterUser }[];
  isDown: (server: ClusterApi | Database) => boolean;
  apply: (outage: Outage) => Promise<void>;
  /** Ends every outage, and sets the parameters accordingly. */
  fix: () => Promise<void>;
};

// Longer than the function caches the parameters of the clusters.
const PARAMETERS_CACHED_SECONDS = 301;

export async function openLayout(world: Scenario, kind: (typeof LAYOUTS)[number]): Promise<Layout> {
  if (kind === 'two clusters') return openTwoClusters(world);
  if (kind === 'no databases') return openTwoClusters(world, { isAlone: true });
  if (kind === 'two names') return openTwoNames(world);
  if (kind === 'default user') return openDefaultUser(world);
  const nodes = await openTwoNodes(world);
  return { ...nodes, databases: [world.database], accounts: [world] };
}

/** Opens two clusters. If they are alone, the secret names no database, and the API authorizes. */
async function openTwoClusters(world: Scenario, { isAlone = false } = {}): Promise<Layout> {
  const second = await addSecondCluster(world);
  if (isAlone) {
    for (const { user } of [world, second]) user.role = 'db_viewer';
    await putManually(world, { username: 'orders', password: FIRST_PASSWORD });
  }
  let isAway = false;
  let isSecondDown = false;
  const removed: Record<string, string> = {};
  const setAway = async (wanted: boolean) => {
    if (isAway === wanted) return;
    isAway = wanted;
    if (wanted) await removeParameters(world, 'us', removed);
    else await putParameters(world, removed, 'us');
    world.time.advance(PARAMETERS_CACHED_SECONDS);
  };
  return {
    apis: [world.api, second.api],
    databases: [world.database, second.database],
    accounts: [world, second],
    isDown: (server) => isSecondDown && (server === second.api || server === second.database),
    apply: async (outage) => {
      if (outage.do === 'failover') isSecondDown = outage.dies;
      if (outage.do === 'remove parameters') await setAway(true);
      if (outage.do === 'restore parameters') await setAway(false);
    },
    fix: async () => {
      isSecondDown = false;
      await setAway(false);
    },
    [Symbol.asyncDispose]: () => second[Symbol.asyncDispose](),
  };
}

/** Adds a second node, and another database with a default user of its own. */
async function openDefaultUser(world: Scenario): Promise<Layout> {
  await using started = new AsyncDisposableStack();
  const nodes = started.use(await openTwoNodes(world));
  const { database } = started.use(await addOtherDatabase(world));
  const running = started.move();
  return {
    ...nodes,
    databases: [world.database, database],
    accounts: [world],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Deletes the parameters of a cluster, and adds them to `removed`. */
async function removeParameters(
  { parameters }: Scenario,
  cluster: string,
  removed: Record<string, string>,
): Promise<void> {
  const Path = `${CLUSTERS_PATH}/${cluster}`;
  const { Parameters = [] } = await parameters.send(new GetParametersByPathCommand({ Path }));
  for (const { Name = '', Value = '' } of Parameters) {
    removed[Name.slice(Path.length + 1)] = Value;
    await parameters.send(new DeleteParameterCommand({ Name }));
  }
}

async function openTwoNames(world: Scenario): Promise<Layout> {
  const second = await addSecondName(world);
  return {
    apis: [world.api],
    databases: [world.database],
    accounts: [world],
    isDown: () => false,
    apply: async (outage) => {
      if (outage.do === 'delay the database') second.proxy.delayMs = outage.ms;
    },
    fix: async () => {
      second.proxy.delayMs = 0;
      await world.propagation.update(world.user);
    },
    [Symbol.asyncDispose]: () => second[Symbol.asyncDispose](),
  };
}
