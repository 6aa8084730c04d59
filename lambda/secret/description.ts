import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { foreignReply } from '../aws/failure.ts';
import type { SecretState } from './labels.ts';

/** What AWS says about a secret; dates in milliseconds since the epoch. */
export type SecretDescription = SecretState & {
  changedAt: number | undefined;
  rotatedAt: number | undefined;
  /** The latest date of the next rotation. */
  nextRotationAt: number | undefined;
  functionArn: string | undefined;
  schedule: string | undefined;
};

/** Returns the ARN of a function without a version or an alias. */
export function unqualifiedArn(functionArn: string): string {
  return functionArn.split(':').slice(0, 7).join(':');
}

/** Returns the reply of DescribeSecret in the function's own terms. @throws `aws_call_failed` */
export function descriptionOf(reply: DescribeSecretResponse): SecretDescription {
  if (reply.ARN === undefined) throw foreignReply('secretsmanager:DescribeSecret');
  const versions = Object.entries(reply.VersionIdsToStages ?? {});
  const { ScheduleExpression, AutomaticallyAfterDays: days } = reply.RotationRules ?? {};
  return {
    rotationEnabled: reply.RotationEnabled === true,
    tags: new Map(reply.Tags?.map(({ Key = '', Value = '' }) => [Key, Value])),
    versions: versions.map(([id, labels]) => ({ id, labels: [...labels] })),
    changedAt: reply.LastChangedDate?.getTime(),
    rotatedAt: reply.LastRotatedDate?.getTime(),
    nextRotationAt: reply.NextRotationDate?.getTime(),
    functionArn: reply.RotationLambdaARN,
    schedule: ScheduleExpression ?? (days === undefined ? undefined : `rate(${days} days)`),
  };
}
