import { deleteDue } from '../deletion.ts';
import type { Edges } from '../edges.ts';
import { type RotationError, toRotationError } from '../errors.ts';
import { describeUntil } from '../guard.ts';
import { healthOf, unfinished } from '../health.ts';
import { proveOnDatabases, requireProof } from '../proof.ts';
import { finishReplacing } from '../replacing.ts';
import type { VersionValue } from '../secret-value.ts';
import { type Described, describeSecret, readVersion } from '../secrets-manager.ts';
import { findLabel, isLive, REPLACING } from '../staging.ts';
import { certificateDaysLeft } from '../tls.ts';
import { keepLabels } from '../upkeep.ts';
import { readAccounts, readValue, requireCurrent } from '../versions.ts';

/** What a reconcile reports: passwords that may still be live, and those deleted just now. */
export type Reconciled = { live: number; deleted: number };

/**
 * Before: anything; it runs on a schedule, beside rotations too.
 * Does: finishes a replaceAll that was cut off, gives every live version that nobody uses an
 * expiry, proves AWSCURRENT, deletes what is due, and measures the secret's health.
 * Safe to repeat because it acts on labels alone, and reads them again before it deletes.
 */
export async function reconcile(edges: Edges): Promise<Reconciled> {
  const { read, failure: underWay } = await readSettled(edges);
  const current = requireCurrent(read);
  const value = await readValue(edges, current.id);
  edges.measure(healthOf(read, value.madeAt, await pendingMadeAt(read, edges), edges.now()));
  // While a replacement is under way it decides what lives: nothing is proved or deleted here.
  if (underWay !== undefined) throw underWay;
  const { staging, failures } = await keepLabels(read, edges);
  const isProved = value.password !== undefined && (await proveCurrent(value, read, edges));
  edges.measure({ SecretsReconciled: 1 });
  const swept = await deleteDue(staging, edges, new Set(isProved ? [current.id] : []));
  const live = staging.versions.filter(isLive).length - swept.closed;
  const failed = [...failures, ...swept.failures];
  edges.measure({ LivePasswords: live, DeletionsFailed: failed.length });
  if (swept.failures.some(({ code }) => code === 'current_password_refused')) {
    edges.measure({ CurrentRefused: 1 });
  }
  const [failure] = failed;
  if (failure !== undefined) throw failure;
  return { live, deleted: swept.deleted };
}

/** The labels, once a replacement that was under way is finished; its failure where it is not. */
async function readSettled(
  edges: Edges,
): Promise<{ read: Described; failure: RotationError | undefined }> {
  const read = await describeSecret(edges.secret);
  const replacing = findLabel(read, REPLACING);
  if (replacing === undefined) return { read, failure: undefined };
  try {
    await finishReplacing(replacing.id, edges);
  } catch (thrown) {
    return { read, failure: toRotationError(thrown) };
  }
  // A read that still shows REPLACING is behind, and would show the AWSCURRENT of before.
  const isFinished = (seen: Described) => findLabel(seen, REPLACING) === undefined;
  return { read: await describeUntil(edges, isFinished), failure: undefined };
}

/** When the version of an unfinished rotation was made; undefined where it has no value. */
async function pendingMadeAt(described: Described, edges: Edges): Promise<number | undefined> {
  const pending = unfinished(described);
  return pending && (await readVersion(edges.secret, pending.id, []))?.madeAt;
}

/** Whether every cluster has proved AWSCURRENT; throws where one refused it. */
async function proveCurrent(value: VersionValue, read: Described, edges: Edges): Promise<boolean> {
  const accounts = await readAccounts(edges, value, read);
  const days = certificateDaysLeft(value, accounts, edges.now());
  try {
    const refusal = await proveOnDatabases(value, accounts, edges, { patient: false });
    // A refusal has an alarm of its own: the secret was looked at all the same.
    const hasDatabase = accounts.some(({ endpoints }) => endpoints.length > 0);
    if (hasDatabase) edges.measure({ CurrentRefused: Number(refusal !== undefined) });
    edges.measure({ SecretsReconciled: 1 });
    requireProof('current', refusal);
  } finally {
    const daysLeft = await days;
    if (daysLeft !== undefined) edges.measure({ CertificateDaysLeft: daysLeft });
  }
  // A cluster without a database endpoint is asked over its API, and only before a deletion.
  return accounts.every(({ endpoints }) => endpoints.length > 0);
}
