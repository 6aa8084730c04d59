import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Connections } from 'aws-cdk-lib/aws-ec2';
import type { IPrincipal, IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { functionMetric } from '../monitoring/metrics.ts';
import type { AdoptDefaultUserProps } from './props/default-user-props.ts';
import type { AddSecretProps } from './props/secret-props.ts';
import type { AdoptUserProps } from './props/user-props.ts';
import type { IRedisEnterpriseRotation } from './rotation-interface.ts';
import type { RotatedSecret } from './secrets/rotated-secret.ts';
import type { RotatedSecrets } from './secrets/rotated-secrets.ts';

/** What constructs of this app and of other apps share. */
export abstract class RotationBase extends Construct implements IRedisEnterpriseRotation {
  abstract readonly rotationFunction: IFunction;
  abstract readonly clustersPath: string;
  abstract readonly role?: IRole;
  protected abstract readonly secrets: RotatedSecrets;

  /**
   * Rotates an existing secret. Import a secret by its complete ARN. Its value must be JSON with
   * `username`. In self mode, and with Redis Enterprise 6.0.12 to 7.4, it needs `password` too. If
   * this app creates the secret with `secretString` or `generateSecretString`, never change that
   * property, and acknowledge the warning `redis-enterprise-rotation:value`.
   *
   * @example
   * const billing = { username: 'billing', schedule: 'rate(30 days)' };
   * rotation.addSecret('Billing', billingSecret, billing).grantRead(task.taskRole);
   */
  addSecret(id: string, secret: ISecret, props: AddSecretProps): RotatedSecret {
    return this.secrets.add(id, secret, props);
  }

  /**
   * Creates and rotates the secret of an existing Redis user. The function logs in as the
   * administrator of each of the user's clusters. Use it for Redis Enterprise 7.8.6-119 and later
   * 7.8 versions, and 7.22.0-216 and later. For others, use `addSecret`. Deployments write the
   * other fields and keep the password. If you remove the user, CDK retains the secret.
   *
   * @example
   * const orders = rotation.adoptUser({
   *   username: 'orders',
   *   endpoints: [{ host: 'redis-12000.redis.eu.example.com', port: 12000 }],
   *   automaticallyAfter: Duration.days(30),
   * });
   */
  adoptUser(props: AdoptUserProps): RotatedSecret {
    return this.secrets.adopt(props);
  }

  /**
   * Creates and rotates the secret of the default user of one database. You do not need its
   * password: the function logs in as an administrator of the cluster. If you remove the user from
   * the app, CDK retains the secret.
   *
   * @example
   * rotation.adoptDefaultUser({
   *   database: { host: 'redis-12000.redis.eu.example.com', port: 12000 },
   *   automaticallyAfter: Duration.days(30),
   * });
   */
  adoptDefaultUser(props: AdoptDefaultUserProps): RotatedSecret {
    return this.secrets.adoptDefault(props);
  }

  /**
   * The security groups of the function.
   *
   * @throws an error if the function has no VPC
   *
   * @example
   * rotation.connections.allowTo(databases, Port.tcp(6379));
   */
  get connections(): Connections {
    if (this.rotationFunction.isBoundToVpc) return this.rotationFunction.connections;
    throw new Error(
      `'${this.node.path}' has no connections, because its function has no VPC; ` +
        'hint: set vpc, or securityGroup of an import',
    );
  }

  /**
   * Lets you grant permissions to the function's role.
   *
   * @example
   * encryptionKey.grantDecrypt(rotation);
   */
  get grantPrincipal(): IPrincipal {
    return this.rotationFunction.grantPrincipal;
  }

  /**
   * Returns a metric of the function. docs/operate.md has the names. By default, it is the sum over
   * an hour, because each secret reports once an hour.
   *
   * @example
   * const failed = rotation.metric('DeletionsFailed', { statistic: 'Maximum' });
   */
  metric(metricName: string, options: MetricOptions = {}): Metric {
    return functionMetric(this.rotationFunction, metricName, options).attachTo(this);
  }

  /**
   * Returns the age of the oldest password, in days.
   *
   * @example
   * const age = rotation.metricPasswordAgeDays().createAlarm(this, 'Age', {
   *   threshold: 45,
   *   evaluationPeriods: 1,
   * });
   */
  metricPasswordAgeDays(options: MetricOptions = {}): Metric {
    return this.metric('PasswordAgeDays', { statistic: Stats.MAXIMUM, ...options });
  }

  /**
   * Returns the number of passwords that may be valid, of all secrets.
   *
   * @example
   * const passwords = new GraphWidget({ left: [rotation.metricLivePasswords()] });
   */
  metricLivePasswords(options: MetricOptions = {}): Metric {
    return this.metric('LivePasswords', options);
  }

  /**
   * Returns the number of secrets that did not rotate on schedule.
   *
   * @example
   * const overdue = new SingleValueWidget({ metrics: [rotation.metricRotationsOverdue()] });
   */
  metricRotationsOverdue(options: MetricOptions = {}): Metric {
    return this.metric('RotationsOverdue', options);
  }

  /**
   * Returns the number of rotation steps that failed. A retry may have succeeded.
   *
   * @example
   * const errors = rotation.metricRotationStepErrors({ period: Duration.days(1) });
   */
  metricRotationStepErrors(options: MetricOptions = {}): Metric {
    return this.metric('RotationStepErrors', options);
  }
}
