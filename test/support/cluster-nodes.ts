import { createServer } from 'node:net';
import { type ClusterApi, startClusterApi } from '../sandbox/cluster/api.ts';
import { type Listening, listen } from '../sandbox/listen.ts';
import { putParameters } from '../sandbox/setup.ts';
import type { Scenario } from './scenario.ts';

export type ClusterNodes = AsyncDisposable & {
  /** In the configured order. The world's own node is the last. */
  nodes: ClusterApi[];
  /** Makes a node the primary. The others redirect to it. */
  elect: (node: number) => void;
  kill: (node: number) => Promise<void>;
  revive: (node: number) => Promise<void>;
};

/** Adds two nodes before the existing one, which stays the primary. All run its version. */
export async function addNodes(world: Scenario): Promise<ClusterNodes> {
  const { cluster, certificate, api } = world;
  const start = (port?: number) =>
    startClusterApi(cluster, certificate, port === undefined ? {} : { port });
  const nodes = [await start(), await start(), api];
  const origins = nodes.map(({ port }) => `https://127.0.0.1:${port}`);
  await putParameters(world, { 'api-endpoints': origins.join(',') });
  const [version = ''] = cluster.options.softwareVersions;
  cluster.options.softwareVersions = nodes.map(() => version);
  const nodeAt = (index: number) => {
    const node = nodes[index];
    if (node === undefined) throw new RangeError(`node ${index}: must be 0 to ${nodes.length - 1}`);
    return node;
  };
  const elect = (index: number) => {
    cluster.primaryPort = nodeAt(index).port;
  };
  // Without a server that resets each connection, another test could get the port of a dead node.
  const holders = new Map<number, Listening>();
  const release = async (index: number) => {
    await holders.get(index)?.close();
    holders.delete(index);
  };
  elect(2);
  return {
    nodes,
    elect,
    kill: async (index) => {
      const { port } = nodeAt(index);
      await nodeAt(index).close();
      const holder = createServer((socket) => socket.resetAndDestroy());
      holders.set(index, await listen(holder, undefined, port));
    },
    revive: async (index) => {
      await release(index);
      nodes[index] = await start(nodeAt(index).port);
    },
    [Symbol.asyncDispose]: async () => {
      for (const index of holders.keys()) await release(index);
      for (const node of nodes) await node.close();
    },
  };
}
