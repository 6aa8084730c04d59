import { ArnFormat, Names, Stack } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { checkEncryptionKey } from './encryption-key.ts';
import { type Grants, PolicyPages } from './policy-pages.ts';

// A role can have 10 managed policies.
const READ: Grants = {
  secrets: ['secretsmanager:GetSecretValue'],
  keys: ['kms:Decrypt'],
  maxPages: 2,
};
const ROTATE: Grants = {
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

  constructor(
    scope: Construct,
    id: string,
    role: IRole,
    clustersPath: string,
    referencedSecrets: ISecret[],
  ) {
    super(scope, id);
    const parameters = Stack.of(this).formatArn({
      service: 'ssm',
      resource: `parameter${clustersPath}`,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    const statements = [
      new PolicyStatement({ actions: ['ssm:GetParametersByPath'], resources: [parameters] }),
    ];
    // A unique name, because several constructs may share one role.
    const policyName = Names.uniqueResourceName(this, { maxLength: 128 });
    new Policy(this, 'Shared', { policyName, roles: [role], statements });
    this.rotated = new PolicyPages(this, 'Secrets', role, ROTATE);
    const read = new PolicyPages(this, 'Admins', role, READ);
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
