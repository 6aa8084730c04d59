import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConnectable } from 'aws-cdk-lib/aws-ec2';
import type { IGrantable, IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IConstruct } from 'constructs';
import type { AdoptDefaultUserProps } from './props/default-user-props.ts';
import type { AddSecretProps } from './props/secret-props.ts';
import type { AdoptUserProps } from './props/user-props.ts';
import type { RotatedSecret } from './secrets/rotated-secret.ts';

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
