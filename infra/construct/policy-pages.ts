import { Lazy, Stack, Token } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSecret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { completeArn } from './complete-arn.ts';

// IAM takes 6,144 characters, of which actions and the keys of conditions are below 700.
const PAGE_MAX_CHARACTERS = 5_400;
const SECRETS_PER_STATEMENT = 50;

// An ARN up to the secret's name in the longest partition and region, with its last six characters,
// and the twelve that CloudFormation puts behind the logical ID where there is no name.
const ARN_CHARACTERS = 95;
// Two quotes and a comma.
const QUOTES = 3;

/** What the role may do with a secret, and with the key of one that has its own. */
interface Grants {
  readonly secrets: string[];
  readonly keys: string[];
  /** A role takes 10 managed policies. */
  readonly maxPages: number;
}

/** Permissions on secrets, in as many managed policies as IAM's limit on their size makes it. */
export class PolicyPages extends Construct {
  private readonly role: IRole;
  private readonly grants: Grants;
  private page: Page | undefined;
  private pages = 0;

  constructor(scope: Construct, id: string, role: IRole, grants: Grants) {
    super(scope, id);
    this.role = role;
    this.grants = grants;
  }

  /** Adds a secret, and its customer-managed key for the secrets beside it alone. */
  add(secret: ISecret): void {
    const page = this.page?.hasRoom(secret) ? this.page : this.open(secret);
    page.add(secret);
  }

  private open(secret: ISecret): Page {
    const { maxPages } = this.grants;
    if (this.pages === maxPages) {
      throw new Error(
        `the permissions of all secrets must fit into ${maxPages} managed policies, got more ` +
          `with '${secret.node.id}'; make a second RedisEnterpriseRotation`,
      );
    }
    this.pages += 1;
    this.page = new Page(this, `Page${this.pages}`, this.role, this.grants);
    return this.page;
  }
}

class Page extends Construct {
  private readonly policy: ManagedPolicy;
  private readonly secrets: PolicyStatement;
  private readonly keyActions: string[];
  private readonly keyArns = new Set<string>();
  private readonly encrypted: string[] = [];
  private count = 0;
  private characters = 0;

  constructor(scope: Construct, id: string, role: IRole, grants: Grants) {
    super(scope, id);
    this.secrets = new PolicyStatement({ actions: grants.secrets });
    this.keyActions = grants.keys;
    this.policy = new ManagedPolicy(this, 'Policy', { roles: [role], statements: [this.secrets] });
  }

  hasRoom(secret: ISecret): boolean {
    const isSmallEnough = this.characters + this.sizeOf(secret) <= PAGE_MAX_CHARACTERS;
    return isSmallEnough && this.count < SECRETS_PER_STATEMENT;
  }

  add(secret: ISecret): void {
    this.count += 1;
    this.characters += this.sizeOf(secret);
    const arn = completeArn(this, secret);
    this.secrets.addResources(arn);
    if (secret.encryptionKey === undefined) return;
    if (this.keyArns.size === 0) this.addKeys();
    this.keyArns.add(secret.encryptionKey.keyArn);
    this.encrypted.push(arn);
  }

  private sizeOf(secret: ISecret): number {
    const arn = arnCharacters(secret) + QUOTES;
    if (secret.encryptionKey === undefined) return arn;
    const isKnown = this.keyArns.has(secret.encryptionKey.keyArn);
    return isKnown ? 2 * arn : 2 * arn + ARN_CHARACTERS;
  }

  /** The use of keys by Secrets Manager alone, and for the secrets of this page alone. */
  private addKeys(): void {
    const { region } = Stack.of(this);
    const statement = new PolicyStatement({
      actions: this.keyActions,
      resources: Lazy.list({ produce: () => [...this.keyArns] }),
      conditions: {
        StringEquals: {
          'kms:EncryptionContext:SecretARN': Lazy.list({ produce: () => this.encrypted }),
          'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
        },
      },
    });
    this.policy.addStatements(statement);
  }
}

/** How long a secret's ARN is, at most. */
function arnCharacters(secret: ISecret): number {
  if (!Token.isUnresolved(secret.secretArn)) return secret.secretArn.length;
  const made = secret.node.defaultChild;
  const { name, logicalId } = made instanceof CfnSecret ? made : { logicalId: secret.secretArn };
  const stack = Stack.of(secret);
  return ARN_CHARACTERS + JSON.stringify(stack.resolve(name) ?? stack.resolve(logicalId)).length;
}
