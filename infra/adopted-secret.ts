import { createHash } from 'node:crypto';
import { RemovalPolicy, SecretValue, Token } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { AdoptUserProps } from './secret-props.ts';

// Enough to tell the values of one user apart.
const HASH_CHARACTERS = 8;

/**
 * Makes the secret of an existing user, with no password in it: the first rotation puts one. It is
 * kept when it leaves the app. Another value makes another secret, because CloudFormation would
 * write a changed one over AWSCURRENT, and with it over the password.
 */
export function makeAdoptedSecret(scope: Construct, id: string, props: AdoptUserProps): ISecret {
  const { username, host, port, fields, encryptionKey, rotateImmediately = true } = props;
  if (!rotateImmediately) {
    throw new Error(
      `rotateImmediately of '${id}' must be true, got false; ` +
        'a secret without a password has nothing that could be tested',
    );
  }
  if (fields !== undefined && 'password' in fields) {
    throw new Error(`fields of '${id}' must not have a password; a template is no place for one`);
  }
  const value = JSON.stringify({ ...fields, username, host, port });
  if (Token.isUnresolved(value) || Token.isUnresolved(port)) {
    throw new Error(
      `username, host, port and fields of '${id}' must be known at synthesis, got a token; ` +
        'a value that only a deployment knows would make another secret at every synthesis',
    );
  }
  const hash = createHash('sha256').update(value).digest('hex').slice(0, HASH_CHARACTERS);
  return new Secret(scope, `${id}Secret${hash}`, {
    description: `Password of the Redis Enterprise user ${username}`,
    secretStringValue: SecretValue.unsafePlainText(value),
    removalPolicy: RemovalPolicy.RETAIN,
    ...(encryptionKey && { encryptionKey }),
  }) as ISecret;
}
