import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Connections, IConnectable } from 'aws-cdk-lib/aws-ec2';
import type { IGrantable, IPrincipal, IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';
import { functionMetric } from '../monitoring/metrics.ts';
import type { AdoptDefaultUserProps } from './default-user-props.ts';
import type { RotatedSecret } from './rotated-secret.ts';
import type { AddSecretProps } from './secret-props.ts';
import type { AdoptUserProps } from './user-props.ts';

/** A construct of this app, or one of another app by `RedisEnterpriseRotation.fromAttributes`. */
export interface IRedisEnterpriseRotation extends IConstruct, IConnectable, IGrantable {
  /** The function that Secrets Manager invokes. */
  readonly rotationFunction: IFunction;

  /** The function's role. Undefined if the attributes of an import do not name it. */
  readonly role?: IRole;

  /** The path of the clusters' parameters. */
  readonly clustersPath: string;

  /** Rotates an existing secret. */
  addSecret(id: string, secret: ISecret, props: AddSecretProps): RotatedSecret;

  /** Creates and rotates the secret of an existing Redis user. */
  adoptUser(props: AdoptUserProps): RotatedSecret;

  /** Creates and rotates the secret of the default user of one database. */
  adoptDefaultUser(props: AdoptDefaultUserProps): RotatedSecret;

  /** Returns a metric of the function. */
  metric(metricName: string, options?: MetricOptions): Metric;

  /** Returns the age of the oldest password, in days. */
  metricPasswordAgeDays(options?: MetricOptions): Metric;

  /** Returns the number of passwords that may be valid. */
  metricLivePasswords(options?: MetricOptions): Metric;

  /** Returns the number of secrets that did not rotate on schedule. */
  metricRotationsOverdue(options?: MetricOptions): Metric;

  /** Returns the number of rotation steps that failed. */
  metricRotationStepErrors(options?: MetricOptions): Metric;
}

/** What constructs of this app and of other apps share. */
export abstract class RotationBase extends Construct implements IConnectable, IGrantable {
  abstract readonly rotationFunction: IFunction;
  abstract readonly clustersPath: string;
  abstract readonly role?: IRole;

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
