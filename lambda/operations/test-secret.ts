import { readAccounts } from '../cluster/accounts.ts';
import type { Context } from '../context.ts';
import type { StepState } from '../secret/check-step.ts';
import { readValue } from '../secret/versions.ts';
import { assertAccepted, findRejection } from '../verification/verify.ts';

/**
 * Before: every cluster has the pending password; or AWS only tests a new configuration, with
 * AWSCURRENT's value as the pending value.
 * Does: logs in with it as an application does.
 * Safe to repeat because it changes nothing.
 */
export async function testSecret({ state, pending }: StepState, context: Context): Promise<void> {
  const value = await readValue(context, pending.id);
  const accounts = await readAccounts(context, value, state);
  const options = { retryRejected: true };
  assertAccepted('pending', await findRejection(value, accounts, context, options));
}
