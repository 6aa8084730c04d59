import type { Context } from '../context.ts';
import { CURRENT, type SecretState } from '../secret/labels.ts';
import { isExpired } from '../secret/ledger.ts';
import type { StepState } from '../secret/read-labels.ts';
import { changeLabel } from '../secret/secrets-manager.ts';
import { readAccounts, readValue } from '../secret/versions.ts';
import { assertAccepted, verifyPassword } from '../verification/verify.ts';
import { deleteExpired } from './delete-expired.ts';
import { labelChangesForCurrent, labelsNow, updateLabels } from './update-labels.ts';

/**
 * Before: the pending password was proved.
 * Does: proves it once more, moves AWSCURRENT to it, then gives the replaced one its expiry and
 * deletes what is due. Only the move and what comes before it may fail the step.
 * Safe to repeat because the guard leaves only the clean-up once AWSCURRENT has moved.
 */
export async function finishSecret(guarded: StepState, edges: Context): Promise<void> {
  const { staging, current, pending } = guarded;
  const value = await readValue(edges, pending.id);
  const accounts = await readAccounts(edges, value, staging);
  assertAccepted('pending', await verifyPassword(value, accounts, edges, { retryRejected: true }));
  // The replaced version starts its overlap with LIVE, and without an expiry of an earlier one.
  const changes = await labelChangesForCurrent(staging, edges);
  const move = { label: CURRENT, to: pending.id, from: current.id };
  for (const change of [...changes, move]) await changeLabel(edges.secret, change);
  await cleanUp(staging, edges, { justReplaced: current.id, proved: [pending.id] });
}

/** What is left once AWSCURRENT has moved. Failures are logged; reconcile repeats it. */
export async function cleanUp(
  read: SecretState,
  edges: Context,
  known: { justReplaced?: string; proved?: string[] } = {},
): Promise<void> {
  await updateLabels(labelsNow(read, edges), edges, known.justReplaced);
  const { versions } = labelsNow(read, edges);
  const due = versions.filter((version) => isExpired(version, edges.now() / 1_000));
  await deleteExpired(due, edges, new Set(known.proved));
}
