import { CfnOutput, Lazy, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

// A replacement may take as long as the function; the CLI must not give up and call again.
const READ_TIMEOUT_SECONDS = 900;

/**
 * The commands of an operator, as outputs that can be pasted into a shell, and the events of the
 * same for the Test tab of the Lambda console. CloudFormation takes 200 outputs, which is too few
 * for every secret: they name the first one, in whose place another's ARN goes.
 */
export class OperatorOutputs extends Construct {
  private first: string | undefined;

  constructor(scope: Construct, id: string, fn: IFunction, logs: ILogGroup) {
    super(scope, id);
    const { region } = Stack.of(this);
    const arn = Lazy.string({ produce: () => this.first ?? '<ARN>' });
    const secret = `SECRET_ID='${arn}'`;
    const call = (payload: string) =>
      `aws lambda invoke --region ${region} --function-name ${fn.functionName} ` +
      `--cli-read-timeout ${READ_TIMEOUT_SECONDS} --cli-binary-format raw-in-base64-out ` +
      `--payload "${payload.replaceAll('"', '\\"')}" /dev/stdout`;
    // bash and zsh ask in different ways, but both print.
    const confirm = "printf 'Username, of which every other password dies now: '; read -r CONFIRM";
    const preflight = (id: string) => `{"Step":"preflight","SecretId":"${id}"}`;
    const replaceAll = (id: string, username: string) =>
      `{"Step":"replaceAll","SecretId":"${id}","Confirm":"${username}"}`;
    const outputs: [id: string, description: string, value: string][] = [
      ['Logs', 'What happened', `aws logs tail ${logs.logGroupName} --region ${region} --since 1d`],
      [
        'Preflight',
        'Whether the next rotation of SECRET_ID would work; changes nothing',
        `${secret}; ${call(preflight('$SECRET_ID'))}`,
      ],
      [
        'ReplaceAll',
        'After a leak of SECRET_ID: one new password, every other one dead at once',
        `${secret}; ${confirm}; ${call(replaceAll('$SECRET_ID', '$CONFIRM'))}`,
      ],
      ['PreflightEvent', 'The same for the Test tab of the Lambda console', preflight(arn)],
      [
        'ReplaceAllEvent',
        'The same for the Test tab, with the username in it',
        replaceAll(arn, '<username>'),
      ],
    ];
    for (const [name, description, value] of outputs) {
      new CfnOutput(this, name, { description, value });
    }
  }

  /** Names a secret, if it is the first. */
  add(secretArn: string): void {
    this.first ??= secretArn;
  }
}
