import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ClusterProps } from '../construct/cluster-parameters.ts';
import { RedisEnterpriseRotation } from '../construct/redis-enterprise-rotation.ts';
import type { AppConfig } from './app-config.ts';

/** The stack of the deployable app: one construct, configured by the context. */
export class RotationStack extends Stack {
  constructor(scope: Construct, id: string, config: AppConfig, props?: StackProps) {
    super(scope, id, props);
    const clusters = this.clusters(config);
    const rotation = withConfigPath('clusters, vpc or overlapHours', () => {
      const overlap = Duration.hours(config.overlapHours);
      const network = this.network(config);
      const { alarmTopicArn: arn, runbookUrl } = config;
      const alarms = arn && { alarmTopic: Topic.fromTopicArn(this, 'AlarmTopic', arn) };
      const runbook = runbookUrl !== undefined && { runbookUrl };
      const props = { clusters, overlap, ...network, ...alarms, ...runbook };
      return new RedisEnterpriseRotation(this, 'Rotation', props);
    });
    const users = new Construct(this, 'Users');
    for (const [name, { windowHours, encryptionKeyArn, ...user }] of Object.entries(config.users)) {
      withConfigPath(`users.${name}`, () => {
        const key = encryptionKeyArn && Key.fromKeyArn(users, name, encryptionKeyArn);
        const { fields, ...required } = user;
        rotation.adoptUser(name, {
          ...required,
          ...windowOf(windowHours),
          ...(fields && { fields }),
          ...(key && { encryptionKey: key }),
        });
      });
    }
    const secrets = new Construct(this, 'Secrets');
    for (const [name, secret] of Object.entries(config.secrets)) {
      const { arn, encryptionKeyArn, schedule, windowHours, rotateImmediately } = secret;
      const { username, clusters } = secret;
      withConfigPath(`secrets.${name}`, () =>
        rotation.addSecret(name, imported(secrets, name, arn, encryptionKeyArn), {
          schedule,
          ...(username !== undefined && { username }),
          ...(clusters !== undefined && { clusters }),
          ...(rotateImmediately !== undefined && { rotateImmediately }),
          ...windowOf(windowHours),
        }),
      );
    }
  }

  private clusters(config: AppConfig): Record<string, ClusterProps> {
    const scope = new Construct(this, 'Admins');
    const clusters = Object.entries(config.clusters).map(([name, cluster]) => {
      const { adminSecretArn, adminEncryptionKeyArn, caCertificateFile } = cluster;
      const { apiEndpoints, serverName, databaseHosts } = cluster;
      const { clientCertificateSecretArn: clientArn } = cluster;
      const props: ClusterProps = {
        apiEndpoints,
        ...(caCertificateFile !== undefined && { caCertificate: caCertificateFile }),
        ...(serverName && { serverName }),
        ...(databaseHosts && { databaseHosts }),
        ...(adminSecretArn && {
          adminSecret: imported(scope, name, adminSecretArn, adminEncryptionKeyArn),
        }),
        ...(clientArn && {
          clientCertificateSecret: imported(
            scope,
            `${name}ClientCertificate`,
            clientArn,
            cluster.clientCertificateEncryptionKeyArn,
          ),
        }),
      };
      return [name, props] as const;
    });
    return Object.fromEntries(clusters);
  }

  private network({ vpc }: AppConfig) {
    if (vpc === undefined) return {};
    const { createVpcEndpoints, vpcCidrBlock, ...attributes } = vpc;
    const cidr = vpcCidrBlock === undefined ? {} : { vpcCidrBlock };
    const known = Vpc.fromVpcAttributes(this, 'Vpc', { ...attributes, ...cidr });
    return { vpc: known, createVpcEndpoints };
  }
}

function imported(
  parent: Construct,
  id: string,
  secretCompleteArn: string,
  keyArn: string | undefined,
): ISecret {
  const scope = new Construct(parent, id);
  const encryptionKey = keyArn && Key.fromKeyArn(scope, 'Key', keyArn);
  const attributes = { secretCompleteArn, ...(encryptionKey && { encryptionKey }) };
  return Secret.fromSecretAttributes(scope, 'Secret', attributes);
}

function windowOf(hours: number | undefined) {
  return hours === undefined ? {} : { window: Duration.hours(hours) };
}

/** Says at which key of the context a mistake is that only the construct finds. */
function withConfigPath<T>(key: string, build: () => T): T {
  try {
    return build();
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`context of cdk.json:\n✖ ${what}\n  → at ${key}`, { cause });
  }
}
