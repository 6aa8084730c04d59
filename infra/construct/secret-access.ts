import { ArnFormat, Names, Stack } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { PolicyPages } from './policy-pages.ts';

const READ = {
  secrets: ['secretsmanager:GetSecretValue'],
  keys: ['kms:Decrypt'],
  maxPages: 2,
};
const ROTATE = {
  secrets: [
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
    'secretsmanager:PutSecretValue',
    'secretsmanager:UpdateSecretVersionStage',
  ],
  keys: ['kms:Decrypt', 'kms:GenerateDataKey'],
  maxPages: 8,
};

/** What a role needs to rotate secrets: each of them is named by its ARN. */
export class SecretAccess extends Construct {
  private readonly rotated: PolicyPages;

  constructor(scope: Construct, id: string, role: IRole, path: string, named: ISecret[]) {
    super(scope, id);
    const parameters = Stack.of(this).formatArn({
      service: 'ssm',
      resource: `parameter${path}`,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    const statements = [
      new PolicyStatement({ actions: ['ssm:GetParametersByPath'], resources: [parameters] }),
    ];
    const policyName = Names.uniqueResourceName(this, { maxLength: 128 });
    new Policy(this, 'Shared', { policyName, roles: [role], statements });
    this.rotated = new PolicyPages(this, 'Secrets', role, ROTATE);
    const read = new PolicyPages(this, 'Admins', role, READ);
    for (const secret of named) read.add(secret);
  }

  /** Adds a secret that is rotated. */
  add(secret: ISecret): void {
    this.rotated.add(secret);
  }
}
