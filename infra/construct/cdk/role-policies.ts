import type { IRole } from 'aws-cdk-lib/aws-iam';

/**
 * Returns the roles to which a managed policy for `role` is attached. CDK's contract for a role by
 * `withoutPolicyUpdates`, or with `mutable: false`, is none. CDK does not export its class.
 */
export function rolesToAttach(role: IRole): IRole[] {
  return isImmutable(role) ? [] : [role];
}

/** Returns whether no construct may attach policies to a role. */
export function isImmutable(role: IRole): boolean {
  return role.constructor.name.startsWith('ImmutableRole');
}
