import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { parseEndpoint } from '../../lambda/network/endpoint.ts';
import type { ClusterProps } from '../construct/props/cluster-props.ts';
import { RedisEnterpriseRotation } from '../construct/redis-enterprise-rotation.ts';
import type { AppConfig } from './app-config.ts';
import { adoptedProps, importSecret, scheduleOf, withoutUndefined } from './secret-config.ts';

/** The stack of the app: one construct, configured by the context of cdk.json. */
export class RotationStack extends Stack {
  constructor(scope: Construct, id: string, config: AppConfig, props?: StackProps) {
    super(scope, id, props);
    const rotation = this.createRotation(config);
    this.adoptUsers(config, rotation);
    this.adoptDefaultUsers(config, rotation);
    this.addSecrets(config, rotation);
  }

  private createRotation(config: AppConfig): RedisEnterpriseRotation {
    const clusters = this.clusters(config);
    return withConfigPath('clusters, vpc or overlapHours', () => {
      const { overlapHours, alarmTopicArn, runbookUrl } = config;
      return new RedisEnterpriseRotation(this, 'Rotation', {
        clusters,
        overlap: Duration.hours(overlapHours),
        ...this.network(config),
        ...(alarmTopicArn && {
          alarmTopic: Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn),
        }),
        ...(runbookUrl !== undefined && { runbookUrl }),
      });
    });
  }

  private adoptUsers(config: AppConfig, rotation: RedisEnterpriseRotation): void {
    const scope = new Construct(this, 'Users');
    for (const [username, user] of Object.entries(config.users)) {
      const { endpoints, email } = user;
      withConfigPath(`users.${username}`, () => {
        const props = { username, endpoints, ...withoutUndefined({ email }) };
        rotation.adoptUser({ ...props, ...adoptedProps(scope, username, user) });
      });
    }
  }

  private adoptDefaultUsers({ defaultUsers }: AppConfig, rotation: RedisEnterpriseRotation): void {
    const scope = new Construct(this, 'DefaultUsers');
    for (const [key, user] of Object.entries(defaultUsers)) {
      const database = parseEndpoint(key);
      if (database === undefined) continue;
      withConfigPath(`defaultUsers.${key}`, () => {
        rotation.adoptDefaultUser({ database, ...adoptedProps(scope, key, user) });
      });
    }
  }

  private addSecrets(config: AppConfig, rotation: RedisEnterpriseRotation): void {
    const scope = new Construct(this, 'Secrets');
    for (const [name, secret] of Object.entries(config.secrets)) {
      const { arn, encryptionKeyArn, rotateImmediately, username, clusters } = secret;
      const optional = { rotateImmediately, username, clusters };
      withConfigPath(`secrets.${name}`, () =>
        rotation.addSecret(name, importSecret(scope, name, arn, encryptionKeyArn), {
          ...scheduleOf(secret),
          ...withoutUndefined(optional),
        }),
      );
    }
  }

  private clusters(config: AppConfig): Record<string, ClusterProps> {
    const scope = new Construct(this, 'Admins');
    const clusters = Object.entries(config.clusters).map(([name, cluster]) => {
      const { apiEndpoints, caCertificateFile, serverName, databaseHosts } = cluster;
      const { adminSecretArn, adminEncryptionKeyArn } = cluster;
      const { clientCertificateSecretArn: clientArn, clientCertificateEncryptionKeyArn } = cluster;
      const props: ClusterProps = {
        apiEndpoints,
        ...(caCertificateFile !== undefined && { caCertificate: caCertificateFile }),
        ...(serverName && { serverName }),
        ...(databaseHosts && { databaseHosts }),
        ...(adminSecretArn && {
          adminSecret: importSecret(scope, name, adminSecretArn, adminEncryptionKeyArn),
        }),
        ...(clientArn && {
          clientCertificateSecret: importSecret(
            scope,
            `${name}ClientCertificate`,
            clientArn,
            clientCertificateEncryptionKeyArn,
          ),
        }),
      };
      return [name, props] as const;
    });
    return Object.fromEntries(clusters);
  }

  private network({ vpc: attributes }: AppConfig) {
    if (attributes === undefined) return {};
    const { createVpcEndpoints, vpcCidrBlock, ...required } = attributes;
    const cidr = vpcCidrBlock === undefined ? {} : { vpcCidrBlock };
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', { ...required, ...cidr });
    return { vpc, createVpcEndpoints };
  }
}

/** Adds the key of the context to an error that the construct throws. */
function withConfigPath<T>(key: string, build: () => T): T {
  try {
    return build();
  } catch (cause) {
    const what = inConfigTerms(cause instanceof Error ? cause.message : String(cause));
    throw new Error(`context of cdk.json:\n✖ ${what}\n  → at ${key}`, { cause });
  }
}

// What the context calls properties and methods of the construct.
const CONFIG_TERMS: Record<string, string> = {
  addSecret: 'secrets',
  adminSecret: 'adminSecretArn',
  adoptDefaultUser: 'defaultUsers',
  automaticallyAfter: 'automaticallyAfterDays',
  caCertificate: 'caCertificateFile',
  clientCertificateSecret: 'clientCertificateSecretArn',
  encryptionKey: 'encryptionKeyArn',
  overlap: 'overlapHours',
  window: 'windowHours',
};

function inConfigTerms(message: string): string {
  // In the middle of a sentence, "window" and "overlap" are English words.
  return message.replace(
    /^(?:overlap|window)\b|\b[a-z]+[A-Z]\w*/g,
    (word) => CONFIG_TERMS[word] ?? word,
  );
}
