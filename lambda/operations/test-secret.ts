import type { Edges } from '../context.ts';
import type { Guarded } from '../secret/read-labels.ts';
import { readAccounts, readValue } from '../secret/versions.ts';
import { prove, requireProof } from '../verification/verify.ts';

/**
 * Before: the pending password is on every cluster; or AWS only tests a new configuration, and
 * the pending value is AWSCURRENT's.
 * Does: logs in with it as an application would.
 * Safe to repeat because it changes nothing.
 */
export async function testSecret({ staging, pending }: Guarded, edges: Edges): Promise<void> {
  const value = await readValue(edges, pending.id);
  const accounts = await readAccounts(edges, value, staging);
  requireProof('pending', await prove(value, accounts, edges, { patient: true }));
}
