import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';

/** Returns a secret's complete ARN. Throws if it is unknown, or of another Region. */
export function completeArn(scope: Construct, secret: ISecret): string {
  const arn = secret.secretFullArn;
  if (arn === undefined) {
    throw new Error(
      `secret '${secret.node.id}' must be known by its complete ARN, got a name or a part of it; ` +
        'hint: use Secret.fromSecretCompleteArn, because permissions and events need that ARN',
    );
  }
  const hint = 'deploy a construct in the Region of the secret, or of its primary if replicated';
  checkSame(secret, Stack.of(scope).region, secret.env.region, hint);
  return arn;
}

/** Throws if a secret that is to rotate is in another account. */
export function checkSecretAccount(scope: Construct, secret: ISecret): void {
  const hint = 'deploy a construct in the account of the secret';
  checkSame(secret, Stack.of(scope).account, secret.env.account, hint);
}

function checkSame(secret: ISecret, own: string, found: string, hint: string): void {
  if (Token.isUnresolved(own) || Token.isUnresolved(found) || found === own) return;
  const { id } = secret.node;
  throw new Error(`secret '${id}' must be in ${own}, got one in ${found}; hint: ${hint}`);
}

// AWS adds six random letters and digits to a name. A word hardly ever comes by chance.
const WORD_AT_END = /:secret:(.*-([a-z]{6}|[A-Z]{6}|\d{6}))$/;

/** Warns if the ARN of a secret ends in a word, so that its last six characters may be missing. */
export function warnOfName(secret: ISecret, arn: string): void {
  const [, name] = (Token.isUnresolved(arn) ? null : WORD_AT_END.exec(arn)) ?? [];
  if (name === undefined) return;
  Annotations.of(secret).addWarningV2(
    'redis-enterprise-rotation:completeArn',
    `the ARN of secret '${secret.node.id}' may end in its name '${name}', without the six ` +
      'characters that AWS adds; hint: compare it with the ARN that describe-secret prints',
  );
}
