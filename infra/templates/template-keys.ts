import { Aws, type CfnParameter, Stack } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { ROTATE } from '../construct/access/secret-access.ts';
import { createIf } from './optional.ts';
import { hasValue, itemsOf } from './parameters.ts';

/**
 * Allows a role to use the keys of a parameter through Secrets Manager, for secrets of this
 * account. Other policies say which secrets the role may read and write.
 */
export function allowKeys(scope: Construct, id: string, role: IRole, keys: CfnParameter): void {
  const stack = Stack.of(scope);
  const secrets = stack.formatArn({ service: 'secretsmanager', resource: 'secret:*' });
  const statement = new PolicyStatement({
    actions: ROTATE.keys,
    resources: itemsOf(keys),
    conditions: {
      StringLike: { 'kms:EncryptionContext:SecretARN': secrets },
      StringEquals: { 'kms:ViaService': `secretsmanager.${Aws.REGION}.amazonaws.com` },
    },
  });
  const policy = new ManagedPolicy(scope, id, { roles: [role], statements: [statement] });
  createIf(hasValue(keys), policy);
}
