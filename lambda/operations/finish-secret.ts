import { readAccounts } from '../cluster/accounts.ts';
import type { Context } from '../context.ts';
import type { StepState } from '../secret/check-step.ts';
import { CURRENT, type SecretState } from '../secret/labels.ts';
import { isExpired } from '../secret/ledger.ts';
import { changeLabel } from '../secret/secrets-manager.ts';
import { readValue } from '../secret/versions.ts';
import { isUnprotected } from '../verification/check-protected.ts';
import { assertAccepted, findRejection } from '../verification/verify.ts';
import { deleteExpired } from './deletion/delete-expired.ts';
import { labelChangesForCurrent, labelsNow, updateLabels } from './update-labels.ts';

/**
 * Before: the pending password was verified.
 * Does: verifies it again, moves AWSCURRENT to it, gives the replaced version its expiry, and
 * deletes expired passwords. Failures after the move are only logged, except an open database.
 * Safe to repeat because after the move of AWSCURRENT only the clean-up runs.
 */
export async function finishSecret(
  { state, current, pending }: StepState,
  context: Context,
): Promise<void> {
  const value = await readValue(context, pending.id);
  const accounts = await readAccounts(context, value, state);
  const options = { retryRejected: true };
  assertAccepted('pending', await findRejection(value, accounts, context, options));
  // The replaced version must start its overlap with LIVE and without an earlier expiry.
  const changes = await labelChangesForCurrent(state, context);
  const move = { label: CURRENT, to: pending.id, from: current.id };
  for (const change of [...changes, move]) await changeLabel(context.secret, change);
  await cleanUp(state, context, { justReplaced: current.id, verified: [pending.id] });
}

/**
 * Runs what follows the move of AWSCURRENT. Logs and counts failures; reconcile repeats the work.
 * @throws `database_unprotected` if a deletion left a database without a password.
 */
export async function cleanUp(
  read: SecretState,
  context: Context,
  known: { justReplaced?: string; verified?: string[] } = {},
): Promise<void> {
  await updateLabels(labelsNow(read, context), context, known.justReplaced);
  const { versions } = labelsNow(read, context);
  const expired = versions.filter((version) => isExpired(version, context.now() / 1_000));
  const { failures } = await deleteExpired(expired, context, new Set(known.verified));
  const opened = failures.find(isUnprotected);
  if (opened !== undefined) throw opened;
}
