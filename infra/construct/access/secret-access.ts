import { Annotations } from 'aws-cdk-lib';
import type { IRole, ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { checkEncryptionKey } from '../cdk/encryption-key.ts';
import { isImmutable } from '../cdk/role-policies.ts';
import { type Grants, PolicyPages } from './policy-pages.ts';

// A role can have 10 managed policies. The first of READ has the function's own permissions too.
const READ: Grants = {
  secrets: ['secretsmanager:GetSecretValue'],
  keys: ['kms:Decrypt'],
  maxPages: 2,
};
export const ROTATE: Grants = {
  secrets: [
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
    'secretsmanager:PutSecretValue',
    'secretsmanager:UpdateSecretVersionStage',
  ],
  keys: ['kms:Decrypt', 'kms:GenerateDataKey'],
  maxPages: 8,
};

/** A role's permissions to rotate secrets. Each secret is named by its ARN. */
export class SecretAccess extends Construct {
  private readonly rotated: PolicyPages;

  /** Adds the permissions on `referencedSecrets` to the policy `shared`, if they fit. */
  constructor(
    scope: Construct,
    id: string,
    role: IRole,
    referencedSecrets: ISecret[] = [],
    shared?: ManagedPolicy,
  ) {
    super(scope, id);
    if (isImmutable(role)) {
      Annotations.of(this).addWarningV2(
        'redis-enterprise-rotation:role',
        `the role '${role.node.id}' takes no policies, so the construct attaches none; hint: ` +
          'attach its managed policies to the role before the first rotation',
      );
    }
    this.rotated = new PolicyPages(this, 'Secrets', role, ROTATE);
    const read = new PolicyPages(this, 'Admins', role, { ...READ, ...(shared && { shared }) });
    for (const secret of referencedSecrets) {
      checkEncryptionKey(`secret '${secret.node.id}'`, secret.encryptionKey);
      read.add(secret);
    }
  }

  /** Allows the rotation of a secret. */
  add(secret: ISecret): void {
    this.rotated.add(secret);
  }
}
