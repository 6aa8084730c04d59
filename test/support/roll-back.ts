import type { Scenario } from './scenario.ts';

/** Invokes rollBack, as an operator does who wants an earlier password back. */
export function rollBack({ invoke, arn, user }: Scenario, VersionId?: string): Promise<unknown> {
  return invoke({ Step: 'rollBack', SecretId: arn, Confirm: user.name, VersionId });
}
