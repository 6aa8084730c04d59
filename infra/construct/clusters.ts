import { Names, Token } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { ParameterTier, StringListParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { ClusterParameters } from './cluster-parameters.ts';
import type { RedisEnterpriseRotationProps } from './props.ts';

// Parameter Store's own limit for a path leaves far more.
const PATH_CHARACTERS = 64;

/** The parameters of the clusters: ours, or those of somebody else. */
export class Clusters extends Construct {
  readonly path: string;

  constructor(scope: Construct, id: string, props: RedisEnterpriseRotationProps) {
    super(scope, id);
    const { clusters, clustersPath } = props;
    const isOne = (clusters === undefined) !== (clustersPath === undefined);
    if (!isOne || (clusters !== undefined && Object.keys(clusters).length === 0)) {
      throw new Error('supply exactly one of clusters, with a cluster in it, and clustersPath');
    }
    const name = Names.uniqueResourceName(scope, { maxLength: PATH_CHARACTERS, separator: '-' });
    this.path = clustersPath ?? `/redis-enterprise-rotation/${name}`;
    checkPath(this.path);
    if (clusters === undefined) return;
    const made = Object.entries(clusters).map(
      ([cluster, parameters]) => new ClusterParameters(this, cluster, this.path, parameters),
    );
    // The name of a cluster has no space: this id never collides with one.
    const list = new StringListParameter(this, 'Cluster names', {
      parameterName: `${this.path}/clusters`,
      stringListValue: Object.keys(clusters),
      tier: ParameterTier.INTELLIGENT_TIERING,
    });
    // A name that is listed before its parameters exist stops the function.
    list.node.addDependency(...made);
  }
}

/** The secrets that the clusters' parameters name, which the function reads. */
export function referencedSecrets({
  clusters = {},
  adminSecrets = [],
  clientCertificateSecrets = [],
}: RedisEnterpriseRotationProps): ISecret[] {
  const ofClusters = Object.values(clusters).flatMap((one) => [
    one.adminSecret,
    one.clientCertificateSecret,
  ]);
  const all = [...ofClusters, ...adminSecrets, ...clientCertificateSecrets];
  return all.filter((one) => one !== undefined);
}

function checkPath(path: string): void {
  if (Token.isUnresolved(path) || /^(\/[\w.-]+)+$/.test(path)) return;
  throw new Error(
    `clustersPath must be a path such as /redis-enterprise/clusters, got '${path}'; ` +
      'it starts with a slash and ends without one',
  );
}
