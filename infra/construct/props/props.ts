import type { Duration } from 'aws-cdk-lib';
import type { IManagedPolicy, IRole } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { MonitoringProps } from '../../monitoring/monitoring-props.ts';
import type { ClusterProps } from './cluster-props.ts';
import type { AllowedFunctionOptions, FunctionCode } from './function-options.ts';
import type { LogProps } from './log-props.ts';
import type { NetworkProps } from './network-props.ts';

/** The properties of the construct. Set `clusters` or `clustersPath`. */
export interface RedisEnterpriseRotationProps extends NetworkProps, LogProps, MonitoringProps {
  /**
   * The clusters by name. The construct creates their parameters.
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
   * The path of existing parameters of clusters, such as `/redis-enterprise/clusters`. Set
   * `clusters` or `clustersPath`, not both.
   *
   * @default - a generated path for the parameters of `clusters`
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clustersPath: '/redis-enterprise/clusters' });
   */
  readonly clustersPath?: string;

  /**
   * The secrets of administrators that the parameters at `clustersPath` name. The function may read
   * them. Import each secret by its complete ARN.
   *
   * @default - the function logs in as each user
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clustersPath, adminSecrets: [adminSecret] });
   */
  readonly adminSecrets?: ISecret[];

  /**
   * The secrets of client certificates that the parameters at `clustersPath` name. The function may
   * read them. Import each secret by its complete ARN.
   *
   * @default - the function presents no client certificate
   *
   * @example
   * const clientCertificateSecrets = [clientSecret];
   * new RedisEnterpriseRotation(this, 'Rotation', { clustersPath, clientCertificateSecrets });
   */
  readonly clientCertificateSecrets?: ISecret[];

  /**
   * The overlap: a replaced password stays valid for this time, at most 90 days.
   *
   * @default Duration.days(7)
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, overlap: Duration.days(3) });
   */
  readonly overlap?: Duration;

  /**
   * The number of first rotations that a deployment starts at the same time. The others wait:
   * each starts when CloudFormation has created the rotation schedule of an earlier secret.
   *
   * @default 5
   *
   * @example
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, firstRotationsAtOnce: 10 });
   */
  readonly firstRotationsAtOnce?: number;

  /**
   * The number of characters of new passwords, from 16 to 128.
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
   * The function runs with this role, which must be of the same account. The construct attaches
   * the permissions in managed policies. IAM allows 10 of them for a role by default. If the role
   * is by `withoutPolicyUpdates` or has `mutable: false`, attach these policies yourself.
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
   * More options of the function. The timeout must be 60 to 900 seconds. The log level must stay
   * INFO, because metrics are log lines of that level.
   *
   * @default - 512 MB of memory, a timeout of 120 seconds, arm64
   *
   * @example
   * const functionProps = { memorySize: 1_024, reservedConcurrentExecutions: 20 };
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, functionProps });
   */
  readonly functionProps?: AllowedFunctionOptions;

  /**
   * The code of the functions, for example the zip files of a release in a bucket. It must be of
   * the same release as the construct.
   *
   * @default - the assets of the package
   *
   * @example
   * const code = {
   *   rotation: Code.fromBucket(bucket, 'function.zip'),
   *   userFields: Code.fromBucket(bucket, 'fields.zip'),
   * };
   * new RedisEnterpriseRotation(this, 'Rotation', { clusters, code });
   */
  readonly code?: FunctionCode;
}
