import { CfnOutput, Lazy, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { TIMEOUT_RANGE } from '../../../lambda/settings.ts';

const preflight = (secretId: string) => `{"Step":"preflight","SecretId":"${secretId}"}`;
const confirmed = (step: string, secretId: string, username: string) =>
  `{"Step":"${step}","SecretId":"${secretId}","Confirm":"${username}"}`;

// `read -p` differs between bash and zsh; both have `printf`.
const ask = (what: string) => `printf 'Username, whose ${what}: '; read -r CONFIRM`;

/**
 * The shell commands of an operator as stack outputs, and the same events for the Test tab of the
 * Lambda console. CloudFormation allows 200 outputs, too few for every secret: these outputs name
 * the first secret only.
 */
export class OperatorOutputs extends Construct {
  private firstSecretArn: string | undefined;

  constructor(scope: Construct, id: string, fn: IFunction, logs: ILogGroup) {
    super(scope, id);
    const { region } = Stack.of(this);
    const arn = Lazy.string({ produce: () => this.firstSecretArn ?? '<ARN>' });
    // The CLI must not time out before the function and then call it again. Without the pipe, it
    // would empty a file to which the operator appends the output.
    const invoke = (event: string) =>
      `aws lambda invoke --region ${region} --function-name ${fn.functionName} ` +
      `--cli-read-timeout ${TIMEOUT_RANGE.max} --cli-binary-format raw-in-base64-out ` +
      `--payload "${event.replaceAll('"', '\\"')}" /dev/stdout | cat`;
    this.add('Logs', 'Shows the log of the last day', [
      `aws logs tail ${logs.logGroupName} --region ${region} --since 1d`,
    ]);
    this.add('Preflight', 'Checks the next rotation of SECRET_ID and changes nothing', [
      `SECRET_ID='${arn}'`,
      invoke(preflight('$SECRET_ID')),
    ]);
    this.add(
      'ReplaceAll',
      'After a leak: replaces all passwords of SECRET_ID immediately, without overlap',
      [
        `SECRET_ID='${arn}'`,
        ask('passwords all become invalid now'),
        invoke(confirmed('replaceAll', '$SECRET_ID', '$CONFIRM')),
      ],
    );
    this.add('RollBack', 'Makes the previous password of SECRET_ID AWSCURRENT again', [
      `SECRET_ID='${arn}'`,
      ask('previous password is restored'),
      invoke(confirmed('rollBack', '$SECRET_ID', '$CONFIRM')),
    ]);
    this.add('PreflightEvent', 'Preflight for the Test tab of the Lambda console', [
      preflight(arn),
    ]);
    this.add('ReplaceAllEvent', 'ReplaceAll for the Test tab; insert the username', [
      confirmed('replaceAll', arn, '<username>'),
    ]);
    this.add('RollBackEvent', 'RollBack for the Test tab; insert the username', [
      confirmed('rollBack', arn, '<username>'),
    ]);
  }

  /** Uses a secret's ARN in the outputs, if it is the first. */
  addSecret(secretArn: string): void {
    this.firstSecretArn ??= secretArn;
  }

  private add(name: string, description: string, commands: string[]): void {
    new CfnOutput(this, name, { description, value: commands.join('; ') });
  }
}
