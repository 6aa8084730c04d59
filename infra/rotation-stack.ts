import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { AppConfig } from './app-config.ts';
import type { ClusterProps } from './cluster-parameters.ts';
import { RedisEnterpriseRotation } from './redis-enterprise-rotation.ts';

/** The stack of the deployable app: one construct, configured by the context. */
export class RotationStack extends Stack {
  constructor(scope: Construct, id: string, config: AppConfig, props?: StackProps) {
    super(scope, id, props);
    const clusters = Object.entries(config.clusters).map(([name, cluster]) => {
      const { adminSecretArn, caCertificateFile, serverName, databaseHosts } = cluster;
      const props: ClusterProps = {
        apiEndpoints: cluster.apiEndpoints,
        ...(caCertificateFile && { caCertificate: caCertificateFile }),
        ...(serverName && { serverName }),
        ...(databaseHosts && { databaseHosts }),
        ...(adminSecretArn && { adminSecret: this.secret(`${name}Admin`, adminSecretArn) }),
      };
      return [name, props] as const;
    });
    const rotation = new RedisEnterpriseRotation(this, 'Rotation', {
      clusters: Object.fromEntries(clusters),
      overlap: Duration.hours(config.overlapHours),
      ...this.network(config),
    });
    for (const [name, { windowHours, ...user }] of Object.entries(config.users)) {
      rotation.adoptUser(name, { ...user, ...windowOf(windowHours) });
    }
    for (const [name, { arn, schedule, windowHours }] of Object.entries(config.secrets)) {
      rotation.addSecret(name, this.secret(name, arn), { schedule, ...windowOf(windowHours) });
    }
  }

  private secret(id: string, arn: string): ISecret {
    return Secret.fromSecretCompleteArn(this, `${id}Imported`, arn);
  }

  private network({ vpc }: AppConfig) {
    if (vpc === undefined) return {};
    const { createVpcEndpoints, ...attributes } = vpc;
    return { vpc: Vpc.fromVpcAttributes(this, 'Vpc', attributes), createVpcEndpoints };
  }
}

function windowOf(hours: number | undefined) {
  return hours === undefined ? {} : { window: Duration.hours(hours) };
}
