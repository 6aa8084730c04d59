import { Stack, Token } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** A secret's complete ARN; throws where it is known by less, or in another region. */
export function completeArn(scope: Construct, secret: ISecret): string {
  const arn = secret.secretFullArn;
  if (arn === undefined) {
    throw new Error(
      `secret '${secret.node.id}' must be known by its complete ARN, got a name or a part; ` +
        'use Secret.fromSecretCompleteArn, since permissions and events name that ARN alone',
    );
  }
  const { region } = Stack.of(scope);
  const hint =
    'deploy a construct to the region of the secret, or of the primary if it is replicated';
  checkSame(secret, region, arn.split(':')[3], hint);
  return arn;
}

/** Throws where a secret that is to rotate is of another account. */
export function checkAccount(scope: Construct, secret: ISecret): void {
  const found = secret.secretArn.split(':')[4];
  checkSame(
    secret,
    Stack.of(scope).account,
    found,
    'deploy a construct to the account of the secret',
  );
}

function checkSame(secret: ISecret, ours: string, found: string | undefined, hint: string): void {
  const isOpen = Token.isUnresolved(ours) || Token.isUnresolved(secret.secretArn);
  if (isOpen || found === ours) return;
  throw new Error(`secret '${secret.node.id}' must be in ${ours}, got one in ${found}; ${hint}`);
}
