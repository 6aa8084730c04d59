import { Names } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ParameterTier, StringListParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { isLate } from '../cdk/late-text.ts';
import type { RedisEnterpriseRotationProps } from '../props/props.ts';
import { ClusterParameters } from './cluster-parameters.ts';

// Far below Parameter Store's limit for a path.
const PATH_MAX_CHARACTERS = 64;

/** The parameters of all clusters: created by this construct, or existing at `clustersPath`. */
export class Clusters extends Construct {
  readonly path: string;

  constructor(scope: Construct, id: string, props: RedisEnterpriseRotationProps) {
    super(scope, id);
    const { clusters, clustersPath } = props;
    const isExactlyOne = (clusters === undefined) !== (clustersPath === undefined);
    if (!isExactlyOne || (clusters !== undefined && Object.keys(clusters).length === 0)) {
      throw new Error('set either clusters (at least one) or clustersPath');
    }
    const name = Names.uniqueResourceName(scope, {
      maxLength: PATH_MAX_CHARACTERS,
      separator: '-',
    });
    this.path = clustersPath ?? `/redis-enterprise-rotation/${name}`;
    checkPath(this.path);
    if (clusters === undefined) return;
    const parameters = Object.entries(clusters).map(
      ([cluster, props]) => new ClusterParameters(this, cluster, this.path, props),
    );
    // The id has a space, so no cluster can have the same id.
    const list = createClusterList(this, 'Cluster names', this.path, Object.keys(clusters));
    // If the list names a cluster that has no parameters yet, the function fails.
    list.node.addDependency(...parameters);
  }
}

/** Creates the list of the clusters that must exist. */
export function createClusterList(
  scope: Construct,
  id: string,
  path: string,
  names: string[],
): StringListParameter {
  return new StringListParameter(scope, id, {
    parameterName: `${path}/clusters`,
    simpleName: false,
    stringListValue: names,
    tier: ParameterTier.INTELLIGENT_TIERING,
  });
}

/** Returns the secrets that the parameters of clusters name, and that the function reads. */
export function referencedSecrets({
  clusters = {},
  adminSecrets = [],
  clientCertificateSecrets = [],
}: RedisEnterpriseRotationProps): ISecret[] {
  const ofClusters = Object.values(clusters).flatMap((cluster) => [
    cluster.adminSecret,
    cluster.clientCertificateSecret,
  ]);
  const all = [...ofClusters, ...adminSecrets, ...clientCertificateSecrets];
  return all.filter((secret) => secret !== undefined);
}

function checkPath(path: string): void {
  if (isLate(path) || /^(\/[\w.-]+)+$/.test(path)) return;
  throw new Error(
    `clustersPath must be a path such as /redis-enterprise/clusters, got '${path}'; ` +
      'hint: start it with a slash and end it without one',
  );
}
