import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  DEFAULT_EXCLUDED,
  OVERLAP_RANGE,
  PASSWORD_LENGTH_RANGE,
  TIMEOUT_RANGE,
} from '../../lambda/settings.ts';
import { TIMEOUT_MIN_SECONDS } from '../construct/environment.ts';
import { MEMORY_MB } from '../construct/rotation-function.ts';
import { RUNBOOK } from '../monitoring/monitoring.ts';
import { CLUSTER_GROUPS } from './cluster-groups.ts';
import * as patterns from './patterns.ts';

const RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days) => typeof days === 'number' && days !== RetentionDays.INFINITE,
);
const DEFAULT_TIMEOUT_SECONDS = 120;
// Limits of AWS Lambda, and of the resources that a stack can have.
const MEMORY_MIN_MB = 128;
const MEMORY_MAX_MB = 10_240;
const USERS_MAX = 10_000;

/** The parameters of the template with the function. */
export const ROTATION_GROUPS = {
  Code: {
    CodeBucket: {
      label: 'Bucket with the code',
      type: 'String',
      description: 'An S3 bucket of this Region, to which you copied the zip files of the release.',
      allowedPattern: patterns.BUCKET,
      minLength: 3,
      maxLength: 63,
      constraintDescription: 'must be the name of a bucket',
    },
    CodePrefix: {
      label: 'Prefix of the zip files',
      type: 'String',
      default: '',
      description: 'The folder of the zip files in the bucket, such as redis/. Empty: no folder.',
      allowedPattern: patterns.OPTIONAL_PREFIX,
      constraintDescription: 'must end with a slash, and not start with one',
    },
  },
  ...CLUSTER_GROUPS,
  'Further clusters': {
    OtherClusterNames: {
      label: 'Names of further clusters',
      type: 'String',
      default: '',
      description:
        'The clusters of cluster.template.json that must exist. Create their stacks first, and ' +
        'remove a name before its stack.',
      allowedPattern: patterns.OPTIONAL_CLUSTERS,
      constraintDescription: 'must be names of clusters, separated by commas without spaces',
    },
  },
  Passwords: {
    OverlapSeconds: {
      label: 'Overlap in seconds',
      type: 'Number',
      default: OVERLAP_RANGE.fallback,
      minValue: OVERLAP_RANGE.min,
      maxValue: OVERLAP_RANGE.max,
      description: 'A replaced password stays valid for this time, in whole seconds.',
    },
    PasswordLength: {
      label: 'Length of passwords',
      type: 'Number',
      default: PASSWORD_LENGTH_RANGE.fallback,
      minValue: PASSWORD_LENGTH_RANGE.min,
      maxValue: PASSWORD_LENGTH_RANGE.max,
      description: 'New passwords have this many characters.',
    },
    ExcludeCharacters: {
      label: 'Characters to exclude',
      type: 'String',
      default: DEFAULT_EXCLUDED,
      description: 'New passwords contain none of these characters.',
      allowedPattern: patterns.PUNCTUATION,
      constraintDescription: 'must be punctuation and spaces only',
    },
  },
  Network: {
    SubnetIds: {
      label: 'Subnets',
      type: 'String',
      default: '',
      description:
        'The function runs in these subnets, which must reach the clusters and the endpoints of ' +
        'Secrets Manager and Systems Manager. Empty: it runs outside a VPC.',
      allowedPattern: patterns.OPTIONAL_SUBNETS,
      constraintDescription: 'must be ids of subnets, separated by commas without spaces',
    },
    SecurityGroupIds: {
      label: 'Security groups',
      type: 'String',
      default: '',
      description:
        'The function uses these security groups, which must allow egress to HTTPS, to the REST ' +
        'API and to the databases.',
      allowedPattern: patterns.OPTIONAL_SECURITY_GROUPS,
      constraintDescription: 'must be ids of security groups, separated by commas without spaces',
    },
  },
  Function: {
    TimeoutSeconds: {
      label: 'Timeout in seconds',
      type: 'Number',
      default: DEFAULT_TIMEOUT_SECONDS,
      minValue: TIMEOUT_MIN_SECONDS,
      maxValue: TIMEOUT_RANGE.max,
      description: 'AWS Lambda stops an invocation after this time, in whole seconds.',
    },
    MemoryMegabytes: {
      label: 'Memory in megabytes',
      type: 'Number',
      default: MEMORY_MB,
      minValue: MEMORY_MIN_MB,
      maxValue: MEMORY_MAX_MB,
      description: 'The function has this memory.',
    },
    LogRetentionDays: {
      label: 'Retention of the log in days',
      type: 'Number',
      default: String(RetentionDays.ONE_YEAR),
      allowedValues: RETENTION_DAYS.map(String),
      description: 'CloudWatch keeps the log of the function for this time.',
    },
    EncryptionKeyArns: {
      label: 'Customer managed keys of the secrets',
      type: 'String',
      default: '',
      description:
        'The function may use these keys for secrets of this account: of users, administrators ' +
        'and client certificates. Empty: the secrets have the AWS managed key.',
      allowedPattern: patterns.OPTIONAL_KEY_ARNS,
      constraintDescription:
        'must be ARNs of keys, and not of aliases, separated by commas without spaces',
    },
    PermissionsBoundaryArn: {
      label: 'Permissions boundary',
      type: 'String',
      default: '',
      description: 'The roles of this stack get this managed policy as permissions boundary.',
      allowedPattern: patterns.OPTIONAL_POLICY_ARN,
      constraintDescription: 'must be the ARN of a managed policy',
    },
  },
  Monitoring: {
    UserCount: {
      label: 'Number of users',
      type: 'Number',
      default: 1,
      minValue: 0,
      maxValue: USERS_MAX,
      description:
        'The stacks of user.template.json. The alarm ReconcileNotRunning expects this many ' +
        'secrets every hour.',
    },
    AlarmTopicArn: {
      label: 'Topic for alarms',
      type: 'String',
      default: '',
      description: 'The alarms notify this SNS topic. Empty: they notify no topic.',
      allowedPattern: patterns.OPTIONAL_TOPIC_ARN,
      constraintDescription: 'must be the ARN of a topic',
    },
    RunbookUrl: {
      label: 'Address of the runbook',
      type: 'String',
      default: RUNBOOK,
      maxLength: 500,
      description: 'The description of each alarm has this address, # and its article.',
    },
    Dashboard: {
      label: 'Dashboard',
      type: 'String',
      default: 'true',
      allowedValues: ['true', 'false'],
      description: 'AWS charges for each dashboard after the third of an account.',
    },
  },
};
