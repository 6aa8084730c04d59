import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { isLate } from './cdk/late-text.ts';

const FUNCTION_ARN =
  /^arn:aws[a-z-]*:lambda:(?<region>[a-z0-9-]+):(?<account>\d{12}):function:[\w-]+$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::(?<account>\d{12}):role\/\S+$/;

interface Arns {
  readonly functionArn: string;
  readonly roleArn?: string;
}

/** Throws if an ARN of an import is of another form, or of another account or Region. */
export function checkImportedArns(scope: Construct, { functionArn, roleArn }: Arns): void {
  const form = 'the ARN of a function, without a version or an alias';
  checkArn(scope, 'functionArn', functionArn, FUNCTION_ARN, form);
  if (roleArn !== undefined) checkArn(scope, 'roleArn', roleArn, ROLE_ARN, 'the ARN of a role');
}

function checkArn(scope: Construct, name: string, arn: string, form: RegExp, allowed: string) {
  if (isLate(arn)) return;
  const fail = (what: string) => {
    throw new Error(`${name} of '${scope.node.path}' must be ${what}, got '${arn}'`);
  };
  const found = form.exec(arn)?.groups ?? fail(allowed);
  const own = Stack.of(scope);
  for (const part of ['account', 'region'] as const) {
    const isSame = [undefined, own[part]].includes(found[part]) || Token.isUnresolved(own[part]);
    if (!isSame) fail(`of the ${part} of this stack, ${own[part]}`);
  }
}
