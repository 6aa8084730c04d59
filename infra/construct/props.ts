import type { Duration } from 'aws-cdk-lib';
import type { IManagedPolicy, IRole } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { MonitoringProps } from '../monitoring/monitoring-props.ts';
import type { ClusterProps } from './cluster-props.ts';
import type { AllowedFunctionOptions } from './function-options.ts';
import type { LogProps } from './log-props.ts';
import type { NetworkProps } from './network-props.ts';

/** The properties of the construct. Set `clusters` or `clustersPath`. */
export interface RedisEnterpriseRotationProps extends NetworkProps, LogProps, MonitoringProps {
  /**
   * The construct creates the parameters of these clusters, by name.
   *
   * @default - the function reads the parameters at `clustersPath`
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', {
   *   clusters: { eu: { apiEndpoints: ['https://redis.eu.example.com:9443'], adminSecret } },
   * });
   */
  readonly clusters?: Record<string, ClusterProps>;

  /**
   * The function reads the clusters from existing parameters at this path, such as
   * `/redis-enterprise/clusters`. Set either `clusters` or `clustersPath`.
   *
   * @default - a generated path for the parameters of `clusters`
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clustersPath: '/redis-enterprise/clusters' });
   */
  readonly clustersPath?: string;

  /**
   * The function may read these secrets of administrators. Use it with `clustersPath`, for the
   * secrets that those parameters name. Import each secret by its complete ARN.
   *
   * @default - the function logs in as each user
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clustersPath, adminSecrets: [adminSecret] });
   */
  readonly adminSecrets?: ISecret[];

  /**
   * The function may read these secrets of client certificates. Use it with `clustersPath`, for the
   * secrets that those parameters name. Import each secret by its complete ARN.
   *
   * @default - the function presents no client certificate
   *
   * @example
   * const clientCertificateSecrets = [clientSecret];
   * new RedisEnterpriseRotation(this, 'Rotation', { clustersPath, clientCertificateSecrets });
   */
  readonly clientCertificateSecrets?: ISecret[];

  /**
   * A replaced password stays valid for this time, at most 90 days.
   *
   * @default Duration.days(7)
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, overlap: Duration.days(3) });
   */
  readonly overlap?: Duration;

  /**
   * A deployment starts this many first rotations at the same time. Each further rotation waits for
   * the rotation schedule of an earlier secret.
   *
   * @default 5
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, firstRotationsAtOnce: 10 });
   */
  readonly firstRotationsAtOnce?: number;

  /**
   * New passwords have this many characters, from 16 to 128.
   *
   * @default 32
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, passwordLength: 64 });
   */
  readonly passwordLength?: number;

  /**
   * New passwords contain none of these characters.
   *
   * @default - all punctuation except "-", "." and "_"
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, excludeCharacters: '-._"\'\\' });
   */
  readonly excludeCharacters?: string;

  /**
   * The function runs with this role of the same account. The construct adds the permissions, in
   * at most 10 managed policies: IAM's default quota for a role. A role by `withoutPolicyUpdates`
   * or with `mutable: false` gets none: attach these policies yourself.
   *
   * @default - a new role
   *
   * @example
   * const assumedBy = new ServicePrincipal('lambda.amazonaws.com');
   * const role = new Role(this, 'Role', { assumedBy });
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, role });
   */
  readonly role?: IRole;

  /**
   * Every role that the construct creates gets this permissions boundary.
   *
   * @default - no boundary
   *
   * @example
   * const permissionsBoundary = ManagedPolicy.fromManagedPolicyName(this, 'Boundary', 'boundary');
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, permissionsBoundary });
   */
  readonly permissionsBoundary?: IManagedPolicy;

  /**
   * The function gets these further options. The timeout must be 60 to 900 seconds. The log level
   * stays INFO, because metrics are log lines of that level.
   *
   * @default - 512 MB of memory, a timeout of 120 seconds, arm64
   *
   * @example
   * const functionProps = { memorySize: 1_024, reservedConcurrentExecutions: 20 };
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, functionProps });
   */
  readonly functionProps?: AllowedFunctionOptions;
}
