import { deleteExpired } from '../deletion.ts';
import type { Edges } from '../edges.ts';
import type { Guarded } from '../guard.ts';
import { applied, isDue, promotion } from '../ledger.ts';
import { prove, requireProof } from '../proof.ts';
import { changeLabel } from '../secrets-manager.ts';
import type { Staging } from '../staging.ts';
import { changesOfCurrent, keepLabels } from '../upkeep.ts';
import { readAccounts, readValue } from '../versions.ts';

/**
 * Before: the pending password was proved.
 * Does: proves it once more, moves AWSCURRENT to it, then gives the replaced one its expiry and
 * deletes what is due. Only the move and what comes before it may fail the step.
 * Safe to repeat because the guard leaves only the clean-up once AWSCURRENT has moved.
 */
export async function finishSecret(guarded: Guarded, edges: Edges): Promise<void> {
  const { current, pending } = guarded;
  const value = await readValue(edges, pending.id);
  const accounts = await readAccounts(edges, value, guarded.staging);
  requireProof('pending', await prove(value, accounts, edges, { patient: true }));
  let staging = guarded.staging;
  // The replaced version starts its overlap with LIVE, and without an expiry of an earlier one.
  const changes = await changesOfCurrent(staging, edges);
  for (const change of [...changes, promotion(current, pending.id)]) {
    await changeLabel(edges.secret, change);
    staging = applied(staging, change);
  }
  await cleanUp(staging, edges, { justReplaced: current.id, proved: [pending.id] });
}

/** What is left once AWSCURRENT has moved. Failures are logged; reconcile repeats it. */
export async function cleanUp(
  moved: Staging,
  edges: Edges,
  known: { justReplaced?: string; proved?: string[] } = {},
): Promise<void> {
  const { staging } = await keepLabels(moved, edges, known.justReplaced);
  const due = staging.versions.filter((version) => isDue(version, edges.now() / 1_000));
  await deleteExpired(due, edges, new Set(known.proved));
}
