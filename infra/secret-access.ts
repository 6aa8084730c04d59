import { Lazy, Stack, Validations } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

// A managed policy has at most 6,144 characters. An ARN of 110 stands in it twice where the secret
// has a key of its own, so that 20 secrets leave a rest for the actions.
const SECRETS_PER_POLICY = 20;

const READ_ACTIONS = ['secretsmanager:GetSecretValue'];
const ROTATE_ACTIONS = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecretVersionStage',
];

/** What the function reads for every secret. */
interface SharedReads {
  readonly clustersPath: string;
  readonly adminSecrets: ISecret[];
}

/** What a role needs to rotate secrets: each of them is named by its ARN. */
export class SecretAccess extends Construct {
  private readonly role: IRole;
  private readonly pages: PolicyPage[] = [];

  constructor(scope: Construct, id: string, role: IRole, shared: SharedReads) {
    super(scope, id);
    this.role = role;
    const { adminSecrets, clustersPath } = shared;
    const resourceName = clustersPath.replace(/^\//, '');
    const parameters = Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName,
    });
    const statements = [
      new PolicyStatement({ actions: ['ssm:GetParametersByPath'], resources: [parameters] }),
      // GetRandomPassword knows no resource.
      new PolicyStatement({ actions: ['secretsmanager:GetRandomPassword'], resources: ['*'] }),
    ];
    if (adminSecrets.length > 0) {
      const resources = adminSecrets.map(({ secretArn }) => secretArn);
      statements.push(new PolicyStatement({ actions: READ_ACTIONS, resources }));
    }
    for (const { encryptionKey, secretArn } of adminSecrets) {
      if (encryptionKey === undefined) continue;
      statements.push(keyStatement(this, encryptionKey.keyArn, ['kms:Decrypt'], [secretArn]));
    }
    const policy = new Policy(this, 'Shared', { roles: [role], statements });
    Validations.of(policy).acknowledge({
      id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      reason: 'secretsmanager:GetRandomPassword has no resource type; it reads and changes nothing',
    });
  }

  /** Adds a secret, and its customer-managed key for this secret alone. */
  add(secret: ISecret): ManagedPolicy {
    const last = this.pages.at(-1);
    const page =
      last === undefined || last.secrets === SECRETS_PER_POLICY
        ? new PolicyPage(this, `Secrets${this.pages.length + 1}`, this.role)
        : last;
    if (page !== last) this.pages.push(page);
    page.add(secret);
    return page.policy;
  }
}

class PolicyPage extends Construct {
  readonly policy: ManagedPolicy;
  secrets = 0;
  private readonly rotate = new PolicyStatement({ actions: ROTATE_ACTIONS });
  private readonly secretArnsByKey = new Map<string, string[]>();

  constructor(scope: Construct, id: string, role: IRole) {
    super(scope, id);
    this.policy = new ManagedPolicy(this, 'Policy', { roles: [role], statements: [this.rotate] });
  }

  add({ secretArn, encryptionKey }: ISecret): void {
    this.secrets += 1;
    this.rotate.addResources(secretArn);
    if (encryptionKey === undefined) return;
    const { keyArn } = encryptionKey;
    const known = this.secretArnsByKey.get(keyArn);
    if (known !== undefined) {
      known.push(secretArn);
      return;
    }
    const secretArns = [secretArn];
    this.secretArnsByKey.set(keyArn, secretArns);
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    this.policy.addStatements(keyStatement(this, keyArn, actions, secretArns));
  }
}

/** The use of a key by Secrets Manager alone, and for the named secrets alone. */
function keyStatement(scope: Construct, keyArn: string, actions: string[], secretArns: string[]) {
  const { region } = Stack.of(scope);
  return new PolicyStatement({
    actions,
    resources: [keyArn],
    conditions: {
      StringEquals: {
        'kms:EncryptionContext:SecretARN': Lazy.list({ produce: () => secretArns }),
        'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
      },
    },
  });
}
