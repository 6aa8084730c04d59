import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IConstruct } from 'constructs';

/**
 * Allows a principal to read a secret. CDK adds the principal to the policy of the secret's key: a
 * key of another stack would depend on the principal's stack, which depends on the secret. The
 * policy of an imported key cannot change. So the principal itself gets permission on such a key.
 */
export function grantRead(secret: ISecret, grantee: IGrantable): Grant {
  const { encryptionKey } = secret;
  const { grantPrincipal } = grantee;
  const isOfSameAccount = grantPrincipal.principalAccount === Stack.of(secret).account;
  const isOwned = isOfSameAccount && Construct.isConstruct(grantPrincipal);
  if (encryptionKey === undefined || !isOwned || isOfSameStack(encryptionKey, grantPrincipal)) {
    return secret.grantRead(grantee);
  }
  const read = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];
  const { secretArn } = secret;
  return Grant.addToPrincipal({ grantee, actions: read, resourceArns: [secretArn] }).combine(
    Grant.addToPrincipal({
      grantee,
      actions: ['kms:Decrypt'],
      resourceArns: [encryptionKey.keyArn],
      conditions: {
        StringEquals: {
          'kms:EncryptionContext:SecretARN': secretArn,
          'kms:ViaService': `secretsmanager.${Stack.of(secret).region}.amazonaws.com`,
        },
      },
    }),
  );
}

function isOfSameStack(key: IKey, principal: IConstruct): boolean {
  return key instanceof Key && Stack.of(key) === Stack.of(principal);
}
