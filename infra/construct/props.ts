import type { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IManagedPolicy, IRole } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ClusterProps } from './cluster-props.ts';
import type { AllowedFunctionOptions } from './function-options.ts';

export interface RedisEnterpriseRotationProps {
  /**
   * The construct creates the parameters of these clusters, by name.
   *
   * @default - the function reads the parameters at `clustersPath`
   */
  readonly clusters?: Record<string, ClusterProps>;

  /**
   * The function reads the clusters from existing parameters at this path, such as
   * `/redis-enterprise/clusters`. Set either `clusters` or `clustersPath`.
   *
   * @default - a generated path for the parameters of `clusters`
   */
  readonly clustersPath?: string;

  /**
   * The function may read these secrets of administrators. Use it with `clustersPath`, for the
   * secrets that those parameters name. Import each secret by its complete ARN.
   *
   * @default - the function logs in as each user
   */
  readonly adminSecrets?: ISecret[];

  /**
   * The function may read these secrets of client certificates. Use it with `clustersPath`, for the
   * secrets that those parameters name. Import each secret by its complete ARN.
   *
   * @default - the function presents no client certificate
   */
  readonly clientCertificateSecrets?: ISecret[];

  /**
   * A replaced password stays valid for this time, at most 90 days.
   *
   * @default Duration.days(7)
   */
  readonly overlap?: Duration;

  /**
   * A deployment starts this many first rotations at the same time. Each further rotation waits for
   * the rotation schedule of an earlier secret.
   *
   * @default 5
   */
  readonly firstRotationsAtOnce?: number;

  /**
   * New passwords have this many characters, from 16 to 128.
   *
   * @default 32
   */
  readonly passwordLength?: number;

  /**
   * New passwords contain none of these characters.
   *
   * @default - all punctuation except "-", "." and "_"
   */
  readonly excludeCharacters?: string;

  /**
   * The function runs in this VPC, which must reach the clusters.
   *
   * @default - the function runs outside a VPC and reaches the clusters over the internet
   */
  readonly vpc?: IVpc;

  /**
   * The function runs in these subnets.
   *
   * @default - the private subnets of the VPC
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The function uses these security groups.
   *
   * @default - a new group that allows egress to HTTPS, the API's ports and the database ports only
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The construct creates the interface endpoints of Secrets Manager and Systems Manager, which a
   * VPC without a NAT gateway needs. The whole VPC then reaches both services through them. A VPC
   * can have one of each. An imported VPC needs its `vpcCidrBlock`.
   *
   * @default false
   */
  readonly createVpcEndpoints?: boolean;

  /**
   * The function runs with this role of the same account. The construct adds the permissions.
   *
   * @default - a new role
   */
  readonly role?: IRole;

  /**
   * Every role that the construct creates gets this permissions boundary.
   *
   * @default - no boundary
   */
  readonly permissionsBoundary?: IManagedPolicy;

  /**
   * CloudWatch keeps the function's log for this time.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;

  /**
   * The alarms notify this topic. The construct creates the alarms with and without a topic.
   *
   * @default - the alarms notify no topic
   */
  readonly alarmTopic?: ITopic;

  /**
   * The construct creates a dashboard. AWS charges for each dashboard after an account's third.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * Descriptions of alarms link to the runbook at this address; each adds `#` and its article.
   *
   * @default - the runbook's path in the package
   */
  readonly runbookUrl?: string;

  /**
   * The function gets these further options. The timeout must be 60 to 900 seconds. The log level
   * stays INFO, because metrics are log lines of that level.
   *
   * @default - 512 MB of memory, a timeout of 120 seconds, arm64
   */
  readonly functionProps?: AllowedFunctionOptions;
}
