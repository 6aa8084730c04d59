import type { IRole, ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type Actions, PolicyPage } from './policy-page.ts';

/** The actions that a role may take, and how many managed policies may allow them. */
export interface Grants extends Actions {
  readonly maxPages: number;
  /** The first of these policies. It has other statements too. */
  readonly shared?: ManagedPolicy;
}

/** A role's permissions on secrets, in as many managed policies as IAM's size limit requires. */
export class PolicyPages extends Construct {
  private readonly role: IRole;
  private readonly grants: Grants;
  private page: PolicyPage | undefined;
  private pages = 0;

  constructor(scope: Construct, id: string, role: IRole, grants: Grants) {
    super(scope, id);
    this.role = role;
    this.grants = grants;
  }

  /** Allows the actions on a secret, and on its customer-managed key for this secret only. */
  add(secret: ISecret): void {
    const page = this.page?.hasRoom(secret) ? this.page : this.open(secret);
    page.add(secret);
  }

  private open(secret: ISecret): PolicyPage {
    const { maxPages, shared } = this.grants;
    if (this.pages === maxPages) {
      throw new Error(
        `the permissions of all secrets must fit into ${maxPages} managed policies, got more ` +
          `with '${secret.node.id}'; hint: create a second RedisEnterpriseRotation`,
      );
    }
    this.pages += 1;
    const first = this.pages === 1 ? shared : undefined;
    this.page = new PolicyPage(this, `Page${this.pages}`, this.role, this.grants, first);
    return this.page;
  }
}
