import { makeCertificate } from '../sandbox/certificate.ts';
import { type ClusterApi, startClusterApi } from '../sandbox/cluster-api.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { putParameters } from '../sandbox/setup.ts';
import type { Scenario } from '../scenario.ts';

/** What happens to a cluster by itself, or by its administrators. */
export type Outage =
  | { do: 'failover'; dies: boolean }
  | { do: 'certificate change'; isTold: boolean };

/** A cluster of two nodes, of which one is the primary. */
export type TwoNodes = AsyncDisposable & {
  apis: ClusterApi[];
  isDown: (api: ClusterApi) => boolean;
  suffer: (outage: Outage) => Promise<void>;
  /** Both nodes are up, and the function knows their certificate. */
  mend: () => Promise<void>;
};

/** Adds a node to a world; the one there is stays the primary. */
export async function openTwoNodes(world: Scenario): Promise<TwoNodes> {
  const { cluster, certificate, api } = world;
  const other = await startClusterApi(cluster, certificate);
  other.onRequest = api.onRequest;
  const apis = [api, other];
  const certificates = [certificate, await makeCertificate(CLUSTER_NAME)];
  const origins = apis.map(({ port }) => `https://127.0.0.1:${port}`);
  await putParameters(world, { 'api-endpoints': origins.join(',') });
  cluster.primaryPort = api.port;
  cluster.options.softwareVersions = apis.flatMap(() => cluster.options.softwareVersions);
  let down: ClusterApi | undefined;
  let changes = 0;
  const tell = () =>
    putParameters(world, { 'ca-certificate': certificates[changes % 2]?.cert ?? '' });
  const suffer = async (outage: Outage) => {
    if (outage.do === 'failover') {
      const [before, after] = cluster.primaryPort === api.port ? apis : apis.toReversed();
      cluster.primaryPort = after?.port;
      down = outage.dies ? before : undefined;
      return;
    }
    changes += 1;
    const certificate = certificates[changes % 2];
    for (const one of apis) if (certificate !== undefined) one.setCertificate(certificate);
    if (outage.isTold) await tell();
  };
  const mend = () => {
    down = undefined;
    return tell();
  };
  const isDown = (one: ClusterApi) => one === down;
  return { apis, isDown, suffer, mend, [Symbol.asyncDispose]: other.close };
}
