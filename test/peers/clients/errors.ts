import { equal, match, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { FUNCTION_ARN } from '../../sandbox/names.ts';
import type { Outcome } from './open.ts';

/** A call that fails, with its exception and the pattern of its message. */
type FailingCall = [error: string, message: RegExp, operation: string, parameters: object];

/** Returns the failing calls for a secret with two versions. */
export function failingCalls(name: string, first: string, second: string): FailingCall[] {
  const SecretId = name;
  const value = { SecretId, SecretString: 'other' };
  const notFound = 'ResourceNotFoundException';
  const invalid = 'InvalidRequestException';
  const parameter = 'InvalidParameterException';
  const lost = /^Secrets Manager can't find the specified secret\.$/;
  const found = "^Secrets Manager can't find the specified secret value for";
  const current = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: first };
  return [
    [notFound, lost, 'GetSecretValue', { SecretId: 'absent' }],
    [notFound, lost, 'DescribeSecret', { SecretId: 'absent' }],
    [
      notFound,
      RegExp(`${found} staging label: NONE$`),
      'GetSecretValue',
      { SecretId, VersionStage: 'NONE' },
    ],
    [
      notFound,
      RegExp(`${found} VersionId: `),
      'GetSecretValue',
      { SecretId, VersionId: randomUUID() },
    ],
    [
      invalid,
      /^You provided a VersionStage that is not associated to the provided VersionId\.$/,
      'GetSecretValue',
      { SecretId, VersionId: first, VersionStage: 'AWSCURRENT' },
    ],
    [
      'ResourceExistsException',
      /^You can't use ClientRequestToken .* already in use for a version of secret arn:aws:/,
      'PutSecretValue',
      { ...value, ClientRequestToken: first },
    ],
    [
      'ResourceExistsException',
      /already exists/,
      'CreateSecret',
      { Name: name, SecretString: 'other', ClientRequestToken: randomUUID() },
    ],
    [
      parameter,
      RegExp(`attached to version ${second}, so you must`),
      'UpdateSecretVersionStage',
      current,
    ],
    [
      invalid,
      /^No Lambda rotation function ARN is associated with this secret\.$/,
      'RotateSecret',
      { SecretId },
    ],
    [
      'AccessDeniedException',
      /^Secrets Manager cannot invoke the specified Lambda function\./,
      'RotateSecret',
      { SecretId, RotationLambdaARN: `${FUNCTION_ARN}-another` },
    ],
  ];
}

export function assertFailed(outcome: Outcome, error: string, message: RegExp): void {
  equal(outcome.error, error);
  match(outcome.message ?? '', message);
  // AWS's model of the service does not define this error: boto3 has no class for it.
  const isModelled = error !== 'AccessDeniedException';
  // The CLI prints neither the class nor the status.
  ok([undefined, isModelled ? error : 'ClientError'].includes(outcome.raised));
  ok([undefined, 400].includes(outcome.status));
}
