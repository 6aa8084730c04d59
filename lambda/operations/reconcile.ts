import type { Edges } from '../edges.ts';
import { RotationError } from '../errors.ts';
import { proveOnDatabases, requireProof } from '../proof.ts';
import { describeSecret } from '../secrets-manager.ts';
import { CURRENT, findLabel, isLive } from '../staging.ts';
import { deleteDue, keepLabels } from '../upkeep.ts';
import { readAccounts, readValue } from '../versions.ts';

/** What a reconcile reports: passwords that may still be live, and those deleted just now. */
export type Reconciled = { live: number; deleted: number };

/**
 * Before: anything; it runs on a schedule, beside rotations too.
 * Does: gives every live version that nobody uses an expiry, proves AWSCURRENT, deletes what is
 * due.
 * Safe to repeat because it acts on labels alone, and reads them again before it deletes.
 */
export async function reconcile(edges: Edges): Promise<Reconciled> {
  const read = await describeSecret(edges.secret);
  const current = findLabel(read, CURRENT);
  if (current === undefined) {
    throw new RotationError('current_missing', 'no version has AWSCURRENT');
  }
  const value = await readValue(edges, current.id);
  const { staging, failures } = await keepLabels(read, edges);
  const proved = new Set<string>();
  if (value.password !== undefined) {
    const accounts = await readAccounts(edges, value, staging);
    requireProof('current', await proveOnDatabases(value, accounts, edges, { patient: false }));
    // A cluster without a database endpoint is asked over its API, and only before a deletion.
    if (accounts.every(({ endpoints }) => endpoints.length > 0)) proved.add(current.id);
  }
  const swept = await deleteDue(staging, edges, proved);
  const [failure] = [...failures, ...swept.failures];
  if (failure !== undefined) throw failure;
  return { live: staging.versions.filter(isLive).length - swept.closed, deleted: swept.deleted };
}
