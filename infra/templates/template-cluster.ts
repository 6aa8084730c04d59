import { type CfnParameter, CfnRule, Fn } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';
import { ClusterParameters } from '../construct/clusters/cluster-parameters.ts';
import type { CLUSTER_GROUPS } from './cluster-groups.ts';
import { createIf, ifGiven } from './optional.ts';
import { hasValue, itemsOf } from './parameters.ts';

type Given = Record<keyof (typeof CLUSTER_GROUPS)['Redis Enterprise cluster'], CfnParameter>;

/** The parameters of the cluster that the parameters of a template describe. */
export class TemplateCluster extends Construct {
  /** The secrets that the function reads. One of them may be absent. */
  readonly adminSecret: ISecret;
  readonly clientCertificateSecret: ISecret;
  /** The parameter that every cluster has. */
  readonly apiEndpoints: IConstruct;

  constructor(scope: Construct, id: string, path: string, given: Given) {
    super(scope, id);
    const { AdminSecretArn: admin, ClientCertificateSecretArn: client } = given;
    this.adminSecret = this.importSecret('OptionalAdmin', ifGiven(admin));
    this.clientCertificateSecret = this.importSecret('OptionalClient', ifGiven(client));
    const parameters = new ClusterParameters(this, 'Parameters', path, {
      name: given.ClusterName.valueAsString,
      apiEndpoints: itemsOf(given.ApiEndpoints),
      caCertificate: given.CaCertificate.valueAsString,
      serverName: given.ServerName.valueAsString,
      databaseHosts: itemsOf(given.DatabaseHosts),
      adminSecret: this.importSecret('Admin', admin.valueAsString),
      clientCertificateSecret: this.importSecret('Client', client.valueAsString),
    });
    this.apiEndpoints = parameters.node.findChild('api-endpoints');
    const optional = {
      'admin-secret-arn': admin,
      'client-certificate-secret-arn': client,
      'ca-certificate': given.CaCertificate,
      'server-name': given.ServerName,
      'database-hosts': given.DatabaseHosts,
    };
    for (const [name, parameter] of Object.entries(optional)) {
      createIf(hasValue(parameter), parameters.node.findChild(name));
    }
    requireLogin(this, given);
  }

  private importSecret(id: string, arn: string): ISecret {
    return Secret.fromSecretCompleteArn(this, id, arn);
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
