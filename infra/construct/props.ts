import type { Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IManagedPolicy, IRole } from 'aws-cdk-lib/aws-iam';
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ClusterProps } from './cluster-parameters.ts';

export interface RedisEnterpriseRotationProps {
  /**
   * The clusters by name; their parameters are made.
   *
   * @default - those under `clustersPath`, which somebody else owns
   */
  readonly clusters?: Record<string, ClusterProps>;

  /**
   * The path of parameters that somebody else owns, such as `/redis-enterprise/clusters`.
   *
   * @default - a path for the parameters of `clusters`
   */
  readonly clustersPath?: string;

  /**
   * With `clustersPath`: the admin secrets that its parameters name, by complete ARNs.
   *
   * @default - none: users log in themselves
   */
  readonly adminSecrets?: ISecret[];

  /** With `clustersPath`: the secrets of client certificates, likewise. */
  readonly clientCertificateSecrets?: ISecret[];

  /**
   * How long a replaced password keeps working.
   *
   * @default Duration.days(7)
   */
  readonly overlap?: Duration;

  /**
   * The length of a new password, 16 to 128.
   *
   * @default 32
   */
  readonly passwordLength?: number;

  /**
   * Characters that a new password never has.
   *
   * @default - all punctuation but "-", "." and "_"
   */
  readonly excludeCharacters?: string;

  /**
   * The VPC from which the clusters can be reached.
   *
   * @default - none: the clusters are reached over the internet
   */
  readonly vpc?: IVpc;

  /**
   * The function's subnets.
   *
   * @default - the private subnets of the VPC
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The function's security groups.
   *
   * @default - one that only reaches HTTPS, the API's ports and the ports of databases
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * Makes the interface endpoints that a VPC without a NAT gateway needs. From then on the whole
   * VPC reaches Secrets Manager and Systems Manager through them; a VPC takes one of each, and an
   * imported one needs its `vpcCidrBlock`.
   *
   * @default false
   */
  readonly createVpcEndpoints?: boolean;

  /**
   * The function's role, of this account; what it needs is added.
   *
   * @default - a role of its own
   */
  readonly role?: IRole;

  /**
   * The permissions boundary of every role that is made.
   *
   * @default - none
   */
  readonly permissionsBoundary?: IManagedPolicy;

  /**
   * How long the function's log is kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: RetentionDays;

  /**
   * Who is told of an alarm. The alarms are made all the same.
   *
   * @default - nobody
   */
  readonly alarmTopic?: ITopic;

  /**
   * Whether there is a dashboard, which AWS charges for beyond the third of an account.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * Where the runbook can be read: the address that alarms refer to, without an article.
   *
   * @default - its path in the package
   */
  readonly runbookUrl?: string;

  /**
   * Other options of the function. Its timeout is 60 to 900 seconds. The level of its log stays
   * INFO: metrics are log lines of that level.
   *
   * @default - 512 MB and 120 seconds, on arm64
   */
  readonly functionProps?: Omit<FunctionOptions, OwnOptions>;
}

// What the construct decides itself, since permissions and safety depend on it.
type OwnOptions =
  | 'allowAllOutbound'
  | 'applicationLogLevel'
  | 'applicationLogLevelV2'
  | 'logGroup'
  | 'loggingFormat'
  | 'logRetention'
  | 'onFailure'
  | 'retryAttempts'
  | 'role'
  | 'securityGroups'
  | 'vpc'
  | 'vpcSubnets';
