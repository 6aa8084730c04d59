import type { Edges } from '../edges.ts';
import { RotationError } from '../errors.ts';
import { healthOf, unfinished } from '../health.ts';
import { proveOnDatabases, requireProof } from '../proof.ts';
import { finishReplacing } from '../replacing.ts';
import { type Described, describeSecret, readVersion } from '../secrets-manager.ts';
import { CURRENT, findLabel, isLive, REPLACING } from '../staging.ts';
import { certificateDaysLeft } from '../tls.ts';
import { deleteDue, keepLabels } from '../upkeep.ts';
import { readAccounts, readValue, type VersionValue } from '../versions.ts';

/** What a reconcile reports: passwords that may still be live, and those deleted just now. */
export type Reconciled = { live: number; deleted: number };

/**
 * Before: anything; it runs on a schedule, beside rotations too.
 * Does: finishes a replaceAll that was cut off, gives every live version that nobody uses an
 * expiry, proves AWSCURRENT, deletes what is due, and measures the secret's health.
 * Safe to repeat because it acts on labels alone, and reads them again before it deletes.
 */
export async function reconcile(edges: Edges): Promise<Reconciled> {
  const read = await readSettled(edges);
  const current = findLabel(read, CURRENT);
  if (current === undefined) {
    throw new RotationError('current_missing', 'no version has AWSCURRENT');
  }
  const value = await readValue(edges, current.id);
  edges.measure(healthOf(read, value.madeAt, await pendingMadeAt(read, edges), edges.now()));
  const { staging, failures } = await keepLabels(read, edges);
  const isProved = value.password !== undefined && (await proveCurrent(value, read, edges));
  edges.measure({ SecretsReconciled: 1 });
  const swept = await deleteDue(staging, edges, new Set(isProved ? [current.id] : []));
  const live = staging.versions.filter(isLive).length - swept.closed;
  edges.measure({ LivePasswords: live, DeletionsFailed: swept.failures.length });
  const [failure] = [...failures, ...swept.failures];
  if (failure !== undefined) throw failure;
  return { live, deleted: swept.deleted };
}

async function readSettled(edges: Edges): Promise<Described> {
  const described = await describeSecret(edges.secret);
  const replacing = findLabel(described, REPLACING);
  if (replacing === undefined) return described;
  await finishReplacing(replacing.id, edges);
  return describeSecret(edges.secret);
}

/** When the version of an unfinished rotation was made; undefined where it has no value. */
async function pendingMadeAt(described: Described, edges: Edges): Promise<number | undefined> {
  const pending = unfinished(described);
  return pending && (await readVersion(edges.secret, pending.id, []))?.madeAt;
}

/** Whether every cluster has proved AWSCURRENT; throws where one refused it. */
async function proveCurrent(value: VersionValue, read: Described, edges: Edges): Promise<boolean> {
  const accounts = await readAccounts(edges, value, read);
  const [refusal, daysLeft] = await Promise.all([
    proveOnDatabases(value, accounts, edges, { patient: false }),
    certificateDaysLeft(value, accounts, edges.now()),
  ]);
  // A refusal has an alarm of its own: the secret was looked at all the same.
  edges.measure({ CurrentRefused: Number(refusal !== undefined), SecretsReconciled: 1 });
  if (daysLeft !== undefined) edges.measure({ CertificateDaysLeft: daysLeft });
  requireProof('current', refusal);
  // A cluster without a database endpoint is asked over its API, and only before a deletion.
  return accounts.every(({ endpoints }) => endpoints.length > 0);
}
