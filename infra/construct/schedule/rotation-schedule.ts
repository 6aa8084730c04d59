import { CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

interface RotationScheduleProps {
  readonly secretId: string;
  readonly functionArn: string;
  readonly rotationRules: CfnRotationSchedule.RotationRulesProperty;
  /** @default true */
  readonly rotateImmediately: boolean | undefined;
}

/** Creates the rotation schedule of a secret, and the command that rotates it, as an output. */
export function createRotationSchedule(
  scope: Construct,
  name: string,
  props: RotationScheduleProps,
): CfnRotationSchedule {
  const { secretId, functionArn, rotationRules, rotateImmediately = true } = props;
  new CfnOutput(scope, 'RotateNow', {
    description: `Rotates ${name} immediately`,
    value:
      `aws secretsmanager rotate-secret --region ${Stack.of(scope).region} ` +
      `--secret-id ${secretId}`,
  });
  return new CfnRotationSchedule(scope, 'Schedule', {
    ...{ secretId, rotationRules, rotationLambdaArn: functionArn },
    rotateImmediatelyOnUpdate: rotateImmediately,
  });
}
