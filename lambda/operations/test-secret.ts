import type { Context } from '../context.ts';
import type { StepState } from '../secret/read-labels.ts';
import { readAccounts, readValue } from '../secret/versions.ts';
import { assertAccepted, verifyPassword } from '../verification/verify.ts';

/**
 * Before: the pending password is on every cluster; or AWS only tests a new configuration, and
 * the pending value is AWSCURRENT's.
 * Does: logs in with it as an application would.
 * Safe to repeat because it changes nothing.
 */
export async function testSecret({ staging, pending }: StepState, edges: Context): Promise<void> {
  const value = await readValue(edges, pending.id);
  const accounts = await readAccounts(edges, value, staging);
  assertAccepted('pending', await verifyPassword(value, accounts, edges, { retryRejected: true }));
}
