import { equal, match, ok } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { FUNCTION_ARN } from '../../sandbox/names.ts';
import type { Outcome } from './open.ts';

/** A call that fails, with its exception and the pattern of its message. */
type FailingCall = [error: string, message: RegExp, operation: string, parameters: object];

/** Returns the failing calls for a secret with two versions. */
export function failingCalls(name: string, first: string, second: string): FailingCall[] {
  return [
    ...failingReads(name, first),
    ...failingWrites(name, first, second),
    ...failingRotations(name),
  ];
}

function failingReads(SecretId: string, first: string): FailingCall[] {
  const error = 'ResourceNotFoundException';
  const noSecret = /^Secrets Manager can't find the specified secret\.$/;
  const noValue = "^Secrets Manager can't find the specified secret value for";
  const label = { SecretId, VersionStage: 'NONE' };
  const version = { SecretId, VersionId: randomUUID() };
  return [
    [error, noSecret, 'GetSecretValue', { SecretId: 'absent' }],
    [error, noSecret, 'DescribeSecret', { SecretId: 'absent' }],
    [error, RegExp(`${noValue} staging label: NONE$`), 'GetSecretValue', label],
    [error, RegExp(`${noValue} VersionId: `), 'GetSecretValue', version],
    [
      'InvalidRequestException',
      /^You provided a VersionStage that is not associated to the provided VersionId\.$/,
      'GetSecretValue',
      { SecretId, VersionId: first, VersionStage: 'AWSCURRENT' },
    ],
  ];
}

function failingWrites(SecretId: string, first: string, second: string): FailingCall[] {
  const SecretString = 'other';
  return [
    [
      'ResourceExistsException',
      /^You can't use ClientRequestToken .* already in use for a version of secret arn:aws:/,
      'PutSecretValue',
      { SecretId, SecretString, ClientRequestToken: first },
    ],
    [
      'ResourceExistsException',
      /already exists/,
      'CreateSecret',
      { Name: SecretId, SecretString, ClientRequestToken: randomUUID() },
    ],
    [
      'InvalidParameterException',
      RegExp(`attached to version ${second}, so you must`),
      'UpdateSecretVersionStage',
      { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: first },
    ],
  ];
}

function failingRotations(SecretId: string): FailingCall[] {
  return [
    [
      'InvalidRequestException',
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
