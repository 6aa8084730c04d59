import type { IKey } from 'aws-cdk-lib/aws-kms';

/** Throws if a secret's key is an alias: a policy that names an alias allows nothing. */
export function checkEncryptionKey(name: string, key: IKey | undefined): void {
  const isAlias = key !== undefined && ('aliasName' in key || /[:/]alias\//.test(key.keyArn));
  if (!isAlias) return;
  throw new Error(
    `encryptionKey of ${name} must be a key, got an alias; ` +
      'hint: use Key.fromKeyArn, or Key.fromLookup with the name of the alias',
  );
}
