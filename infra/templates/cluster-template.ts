import { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { SecretAccess } from '../construct/access/secret-access.ts';
import { CLUSTER_GROUPS } from './cluster-groups.ts';
import { importFrom } from './exports.ts';
import { addParameters } from './parameters.ts';
import { ROTATION_STACK } from './rotation-stack-parameter.ts';
import { TemplateCluster } from './template-cluster.ts';
import { TemplateStack } from './template-stack.ts';

const GROUPS = { Function: ROTATION_STACK, ...CLUSTER_GROUPS };

/** The template of a further cluster: its parameters, and the function's access to its secrets. */
export class ClusterTemplate extends TemplateStack {
  constructor(scope: Construct, id: string) {
    super(scope, id, 'A further Redis Enterprise cluster of a rotation');
    const given = addParameters(this, GROUPS);
    const path = importFrom(given.RotationStack, 'ClustersPath');
    const { adminSecret, clientCertificateSecret } = new TemplateCluster(
      this,
      'Cluster',
      path,
      given,
    );
    const roleArn = importFrom(given.RotationStack, 'FunctionRoleArn');
    const role = Role.fromRoleArn(this, 'Role', roleArn);
    new SecretAccess(this, 'Access', role, [adminSecret, clientCertificateSecret]);
  }
}
