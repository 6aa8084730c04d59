import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { TIMEOUT_RANGE } from '../../lambda/settings.ts';
import { TIMEOUT_MIN_SECONDS } from '../construct/function/environment.ts';
import { MEMORY_MB } from '../construct/function/rotation-function.ts';
import * as patterns from './patterns.ts';

const RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days) => typeof days === 'number' && days !== RetentionDays.INFINITE,
);
const DEFAULT_TIMEOUT_SECONDS = 120;
// Limits of AWS Lambda.
const MEMORY_MIN_MB = 128;
const MEMORY_MAX_MB = 10_240;

/** The parameters of the function itself. */
export const FUNCTION_GROUPS = {
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
};
