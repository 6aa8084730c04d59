import { RemovalPolicy } from 'aws-cdk-lib';
import { type CfnSecret, type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { checkEncryptionKey } from '../cdk/encryption-key.ts';
import type { AdoptUserProps } from '../props/user-props.ts';
import { checkKeptSecret } from './written-value.ts';

/** Returns the kept secret of a user, or creates an empty secret, which CDK retains by default. */
export function userSecret(scope: Construct, name: string, props: AdoptUserProps): ISecret {
  const { secret: kept, username, secretName, encryptionKey } = props;
  if (kept !== undefined) {
    const { removalPolicy } = props;
    const given = Object.entries({ secretName, removalPolicy, encryptionKey });
    const [extra] = given.find(([, value]) => value !== undefined) ?? [];
    if (extra !== undefined) {
      throw new Error(`${extra} of ${name} must be absent with secret; hint: remove ${extra}`);
    }
    checkKeptSecret(name, kept);
    return kept;
  }
  checkEncryptionKey(name, encryptionKey);
  const secret = new Secret(scope, 'Secret', {
    description: `Password of the Redis Enterprise user ${username}`,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    ...(secretName !== undefined && { secretName }),
    ...(encryptionKey && { encryptionKey }),
  });
  // CDK generates a password by default. CloudFormation writes a value at each change of its
  // properties, over AWSCURRENT. In an empty secret, no deployment can ever overwrite a password.
  (secret.node.defaultChild as CfnSecret).addPropertyDeletionOverride('GenerateSecretString');
  return secret as ISecret;
}
