import { CfnCondition, type CfnParameter, Fn, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { type CfnSecret, type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { USER_TAG } from '../../lambda/names.ts';
import { userSecret } from '../construct/secrets/user-secret.ts';
import { createIf, ifGiven } from './optional.ts';

interface GivenSecret {
  readonly Username: CfnParameter;
  readonly SecretNamePrefix: CfnParameter;
  readonly EncryptionKeyArn: CfnParameter;
  readonly ExistingSecretArn: CfnParameter;
}

/** Returns the existing secret of the parameters, or creates an empty secret. */
export function secretOf(scope: Construct, given: GivenSecret): ISecret {
  const { Username, SecretNamePrefix, EncryptionKeyArn, ExistingSecretArn } = given;
  const username = Username.valueAsString;
  const created = userSecret(scope, 'the user', {
    ...{ username, endpoints: [] },
    // With the username, so that another username creates another secret.
    secretName: `${SecretNamePrefix.valueAsString}${username}`,
    // Deleted if the creation of the stack fails, so that the name is free for the next attempt.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  Tags.of(created).add(USER_TAG, username);
  (created.node.defaultChild as CfnSecret).kmsKeyId = ifGiven(EncryptionKeyArn);
  const expression = Fn.conditionEquals(ExistingSecretArn.valueAsString, '');
  const isNew = new CfnCondition(scope, 'CreatesSecret', { expression });
  createIf(isNew, created);
  const arn = Fn.conditionIf(isNew.logicalId, created.secretArn, ExistingSecretArn.valueAsString);
  return Secret.fromSecretCompleteArn(scope, 'Rotated', arn.toString());
}
