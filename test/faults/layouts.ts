import { DeleteParameterCommand, GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import type { ClusterApi } from '../sandbox/cluster/api.ts';
import type { Cluster } from '../sandbox/cluster/cluster.ts';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import type { Database } from '../sandbox/database/database.ts';
import { CLUSTERS_PATH } from '../sandbox/names.ts';
import { putParameters } from '../sandbox/setup.ts';
import { FIRST_PASSWORD, putByHand, type Scenario } from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';
import { addSecondName } from '../support/second-name.ts';
import { openTwoNodes } from './two-nodes.ts';

/** What the user's passwords are on: nodes of one cluster, clusters, or databases. */
export const LAYOUTS = ['two nodes', 'two clusters', 'no databases', 'two names'] as const;

/** What happens to a cluster by itself, or by its administrators; some layouts have no such thing. */
export type Outage =
  | { do: 'failover'; dies: boolean }
  | { do: 'certificate change'; isTold: boolean }
  | { do: 'parameters away' | 'parameters back' }
  | { do: 'database is late'; ms: number };

export type Layout = AsyncDisposable & {
  apis: ClusterApi[];
  databases: Database[];
  /** The user on every cluster. */
  accounts: { cluster: Cluster; user: ClusterUser }[];
  isDown: (server: ClusterApi | Database) => boolean;
  suffer: (outage: Outage) => Promise<void>;
  /** Everything is up, and known. */
  mend: () => Promise<void>;
};

// As long as the function keeps the parameters of the clusters.
const PARAMETERS_CACHED_SECONDS = 301;

export async function openLayout(world: Scenario, kind: (typeof LAYOUTS)[number]): Promise<Layout> {
  if (kind === 'two clusters') return openTwoClusters(world);
  if (kind === 'no databases') return openTwoClusters(world, { isAlone: true });
  if (kind === 'two names') return openTwoNames(world);
  const nodes = await openTwoNodes(world);
  return { ...nodes, databases: [world.database], accounts: [world] };
}

/** Where the clusters are alone, the secret names no database: the API has to say who may log in. */
async function openTwoClusters(world: Scenario, { isAlone = false } = {}): Promise<Layout> {
  const second = await addSecondCluster(world);
  if (isAlone) {
    for (const { user } of [world, second]) user.role = 'db_viewer';
    await putByHand(world, { username: 'orders', password: FIRST_PASSWORD });
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
    suffer: async (outage) => {
      if (outage.do === 'failover') isSecondDown = outage.dies;
      if (outage.do === 'parameters away') await setAway(true);
      if (outage.do === 'parameters back') await setAway(false);
    },
    mend: async () => {
      isSecondDown = false;
      await setAway(false);
    },
    [Symbol.asyncDispose]: () => second[Symbol.asyncDispose](),
  };
}

/** Moves the parameters of a cluster away, and notes them. */
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
    suffer: async (outage) => {
      if (outage.do === 'database is late') second.proxy.delayMs = outage.ms;
    },
    mend: async () => {
      second.proxy.delayMs = 0;
      await world.propagation.tell(world.user);
    },
    [Symbol.asyncDispose]: () => second[Symbol.asyncDispose](),
  };
}
