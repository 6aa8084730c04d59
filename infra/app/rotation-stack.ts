import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ClusterProps } from '../construct/cluster-props.ts';
import { RedisEnterpriseRotation } from '../construct/redis-enterprise-rotation.ts';
import type { ScheduleProps } from '../construct/schedule.ts';
import type { AppConfig } from './app-config.ts';

/** The stack of the app: one construct, configured by the context of cdk.json. */
export class RotationStack extends Stack {
  constructor(scope: Construct, id: string, config: AppConfig, props?: StackProps) {
    super(scope, id, props);
    const rotation = this.createRotation(config);
    this.adoptUsers(config, rotation);
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
      const { endpoints, clusters, ssl, email, login, extraFields, secretName } = user;
      const { secretArn, encryptionKeyArn: keyArn } = user;
      const optional = { clusters, ssl, email, login, extraFields, secretName };
      withConfigPath(`users.${username}`, () => {
        // A kept secret is imported with its key.
        const own = secretArn
          ? { secret: importSecret(scope, username, secretArn, keyArn) }
          : keyArn && { encryptionKey: Key.fromKeyArn(scope, username, keyArn) };
        const required = { username, endpoints, ...scheduleOf(user) };
        rotation.adoptUser({ ...required, ...withoutUndefined(optional), ...own });
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

function importSecret(
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

type Times = Pick<
  AppConfig['secrets'][string],
  'schedule' | 'automaticallyAfterDays' | 'windowHours'
>;

function scheduleOf({ schedule, automaticallyAfterDays: days, windowHours }: Times): ScheduleProps {
  return {
    ...(schedule !== undefined && { schedule }),
    ...(days !== undefined && { automaticallyAfter: Duration.days(days) }),
    ...(windowHours !== undefined && { window: Duration.hours(windowHours) }),
  };
}

type Defined<T> = { [key in keyof T]?: Exclude<T[key], undefined> };

function withoutUndefined<T extends object>(values: T): Defined<T> {
  const defined = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Defined<T>;
}

/** Adds the key of the context to an error that the construct throws. */
function withConfigPath<T>(key: string, build: () => T): T {
  try {
    return build();
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`context of cdk.json:\n✖ ${what}\n  → at ${key}`, { cause });
  }
}
