import { makeCertificate } from '../../sandbox/certificate.ts';
import { type ClusterApi, startClusterApi } from '../../sandbox/cluster/api.ts';
import { CLUSTER_NAME } from '../../sandbox/names.ts';
import { putParameters } from '../../sandbox/setup.ts';
import type { Scenario } from '../../support/scenario.ts';
import type { Layout, Outage } from './layouts.ts';

/** A cluster of two nodes. One of them is the primary. */
type TwoNodes = Omit<Layout, 'databases' | 'accounts'>;

/** Adds a node to a world. The existing node stays the primary. */
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
  const configure = () =>
    putParameters(world, { 'ca-certificate': certificates[changes % 2]?.cert ?? '' });
  const failOver = (dies: boolean) => {
    const [before, after] = cluster.primaryPort === api.port ? apis : apis.toReversed();
    cluster.primaryPort = after?.port;
    down = dies ? before : undefined;
  };
  const apply = async (outage: Outage) => {
    if (outage.do === 'failover') return failOver(outage.dies);
    if (outage.do !== 'change the certificate') return;
    changes += 1;
    const certificate = certificates[changes % 2];
    for (const one of apis) if (certificate !== undefined) one.setCertificate(certificate);
    if (outage.isConfigured) await configure();
  };
  const fix = () => {
    down = undefined;
    return configure();
  };
  const isDown = (one: unknown) => one === down;
  return { apis, isDown, apply, fix, [Symbol.asyncDispose]: other.close };
}
