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
  const found = Token.isUnresolved(arn) ? region : arn.split(':')[3];
  if (Token.isUnresolved(region) || found === region) return arn;
  throw new Error(
    `secret '${secret.node.id}' must be in ${region}, got one in ${found}; ` +
      'deploy a construct to the region of the secret, or of the primary if it is replicated',
  );
}
