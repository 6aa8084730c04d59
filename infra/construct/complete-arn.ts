import { Stack, Token } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** Returns a secret's complete ARN. Throws if it is unknown, or of another region. */
export function completeArn(scope: Construct, secret: ISecret): string {
  const arn = secret.secretFullArn;
  if (arn === undefined) {
    throw new Error(
      `secret '${secret.node.id}' must be known by its complete ARN, got a name or a part of it; ` +
        'hint: use Secret.fromSecretCompleteArn, because permissions and events need that ARN',
    );
  }
  const { region } = Stack.of(scope);
  const hint = 'deploy a construct in the region of the secret, or of its primary if replicated';
  checkSame(secret, region, arn.split(':')[3], hint);
  return arn;
}

/** Throws if a secret that is to rotate is in another account. */
export function checkSecretAccount(scope: Construct, secret: ISecret): void {
  const account = secret.secretArn.split(':')[4];
  const hint = 'deploy a construct in the account of the secret';
  checkSame(secret, Stack.of(scope).account, account, hint);
}

function checkSame(secret: ISecret, own: string, found: string | undefined, hint: string): void {
  const isUnknown = Token.isUnresolved(own) || Token.isUnresolved(secret.secretArn);
  if (isUnknown || found === own) return;
  const { id } = secret.node;
  throw new Error(`secret '${id}' must be in ${own}, got one in ${found}; hint: ${hint}`);
}
