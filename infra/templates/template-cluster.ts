import { type CfnParameter, CfnRule, Fn } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ClusterParameters } from '../construct/cluster-parameters.ts';
import type { CLUSTER_GROUPS } from './cluster-groups.ts';
import { createIf, ifGiven } from './optional.ts';
import { hasValue } from './parameters.ts';

type Given = Record<keyof (typeof CLUSTER_GROUPS)['Redis Enterprise cluster'], CfnParameter>;

/** The parameters of the cluster that the parameters of a template describe. */
export class TemplateCluster extends Construct {
  /** The secrets that the function reads. One of them may be absent. */
  readonly adminSecret: ISecret;
  readonly clientCertificateSecret: ISecret;

  constructor(scope: Construct, id: string, path: string, given: Given) {
    super(scope, id);
    this.adminSecret = this.importSecret('Admin', given.AdminSecretArn);
    this.clientCertificateSecret = this.importSecret('Client', given.ClientCertificateSecretArn);
    const parameters = new ClusterParameters(this, 'Parameters', path, {
      name: given.ClusterName.valueAsString,
      apiEndpoints: given.ApiEndpoints.valueAsList,
      caCertificate: given.CaCertificate.valueAsString,
      serverName: given.ServerName.valueAsString,
      databaseHosts: given.DatabaseHosts.valueAsList,
      adminSecret: this.adminSecret,
      clientCertificateSecret: this.clientCertificateSecret,
    });
    const optional = {
      'admin-secret-arn': given.AdminSecretArn,
      'client-certificate-secret-arn': given.ClientCertificateSecretArn,
      'ca-certificate': given.CaCertificate,
      'server-name': given.ServerName,
      'database-hosts': given.DatabaseHosts,
    };
    for (const [name, parameter] of Object.entries(optional)) {
      createIf(hasValue(parameter), parameters.node.findChild(name));
    }
    requireLogin(this, given);
  }

  private importSecret(id: string, arn: CfnParameter): ISecret {
    return Secret.fromSecretCompleteArn(this, id, ifGiven(arn));
  }
}

/** The first rotation of a user logs in as an administrator, because the secret has no password. */
function requireLogin(scope: Construct, given: Given): void {
  const isGiven = (parameter: CfnParameter) =>
    Fn.conditionNot(Fn.conditionEquals(parameter.valueAsString, ''));
  const assert = Fn.conditionOr(
    isGiven(given.AdminSecretArn),
    isGiven(given.ClientCertificateSecretArn),
  );
  const assertDescription = 'Set AdminSecretArn or ClientCertificateSecretArn.';
  new CfnRule(scope, 'Login', { assertions: [{ assert, assertDescription }] });
}
