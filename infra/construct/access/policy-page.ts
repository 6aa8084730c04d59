import { Lazy, Stack, Token } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnSecret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { completeArn } from '../cdk/complete-arn.ts';
import { rolesToAttach } from '../cdk/role-policies.ts';

// IAM's limit is 6,144 characters. Actions and the keys of conditions take less than 700.
const PAGE_MAX_CHARACTERS = 5_400;
const SECRETS_PER_STATEMENT = 50;
// What the statements of the function's own policy take, with the longest name of a log group.
const OTHER_STATEMENTS_CHARACTERS = 1_600;

// An ARN in the longest partition and region without the secret's name, but with its last six
// characters, and the twelve that CloudFormation appends to the logical ID if there is no name.
const ARN_CHARACTERS = 95;
// Two quotes and a comma.
const QUOTES = 3;

/** The actions that a role may take on secrets, and on their customer-managed keys. */
export interface Actions {
  readonly secrets: string[];
  readonly keys: string[];
}

/** One managed policy for as many secrets as IAM's limits allow. */
export class PolicyPage extends Construct {
  private readonly policy: ManagedPolicy;
  private readonly secrets: PolicyStatement;
  private readonly keyActions: string[];
  private readonly keyArns = new Set<string>();
  private readonly encryptedArns: string[] = [];
  private count = 0;
  private characters = 0;

  /** Adds to the policy `shared`, or creates one. */
  constructor(
    scope: Construct,
    id: string,
    role: IRole,
    actions: Actions,
    shared: ManagedPolicy | undefined,
  ) {
    super(scope, id);
    this.secrets = new PolicyStatement({ actions: actions.secrets });
    this.keyActions = actions.keys;
    this.policy = shared ?? new ManagedPolicy(this, 'Policy', { roles: rolesToAttach(role) });
    this.policy.addStatements(this.secrets);
    if (shared !== undefined) this.characters = OTHER_STATEMENTS_CHARACTERS;
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
    if (secret.encryptionKey === undefined || this.keyActions.length === 0) return;
    if (this.keyArns.size === 0) this.allowKeys();
    this.keyArns.add(secret.encryptionKey.keyArn);
    this.encryptedArns.push(arn);
  }

  private sizeOf(secret: ISecret): number {
    const arn = arnCharacters(secret) + QUOTES;
    if (secret.encryptionKey === undefined || this.keyActions.length === 0) return arn;
    const isKnown = this.keyArns.has(secret.encryptionKey.keyArn);
    return isKnown ? 2 * arn : 2 * arn + ARN_CHARACTERS;
  }

  /** Allows the use of keys through Secrets Manager, for the secrets of this page only. */
  private allowKeys(): void {
    const { region } = Stack.of(this);
    const statement = new PolicyStatement({
      actions: this.keyActions,
      resources: Lazy.list({ produce: () => [...this.keyArns] }),
      conditions: {
        StringEquals: {
          'kms:EncryptionContext:SecretARN': Lazy.list({ produce: () => this.encryptedArns }),
          'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
        },
      },
    });
    this.policy.addStatements(statement);
  }
}

/** Returns the largest possible length of a secret's ARN. */
function arnCharacters(secret: ISecret): number {
  if (!Token.isUnresolved(secret.secretArn)) return secret.secretArn.length;
  const resource = secret.node.defaultChild;
  const { name, logicalId } =
    resource instanceof CfnSecret ? resource : { logicalId: secret.secretArn };
  const stack = Stack.of(secret);
  return ARN_CHARACTERS + JSON.stringify(stack.resolve(name) ?? stack.resolve(logicalId)).length;
}
