import { DEFAULT_EXCLUDED, OVERLAP_RANGE, PASSWORD_LENGTH_RANGE } from '../../lambda/settings.ts';
import { RUNBOOK } from '../monitoring/monitoring.ts';
import { CLUSTER_GROUPS } from './cluster-groups.ts';
import { FUNCTION_GROUPS } from './function-groups.ts';
import * as patterns from './patterns.ts';

// The project measured as many secrets of one function.
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
  ...FUNCTION_GROUPS,
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
