import type { Account } from '../cluster/accounts.ts';
import type { Context } from '../context.ts';
import { RotationError, toRotationError } from '../errors.ts';
import { USER_TAG } from '../names.ts';
import { certificateDaysLeft } from '../network/handshake.ts';
import {
  CURRENT,
  expiresLabels,
  hasLabel,
  isInUse,
  isLive,
  PREVIOUS,
  REPLACING,
  type SecretState,
  type Version,
  versionWithLabel,
} from '../secret/labels.ts';
import { isExpired } from '../secret/ledger.ts';
import { waitForLabels } from '../secret/read-labels.ts';
import {
  changeLabel,
  describeSecret,
  readVersion,
  type SecretDescription,
} from '../secret/secrets-manager.ts';
import type { VersionValue } from '../secret/value.ts';
import { findValue, readAccounts, readValue, requireCurrent } from '../secret/versions.ts';
import { assertAccepted, isRejectedEverywhere, verifyOnDatabases } from '../verification/verify.ts';
import { deleteExpired } from './delete-expired.ts';
import { computeHealth, pendingRotation } from './health.ts';
import { labelsNow, updateLabels } from './update-labels.ts';

/** What a reconcile reports: passwords that may still be live, and those deleted just now. */
export type Reconciled = { live: number; deleted: number };

/**
 * Before: anything; it runs on a schedule, beside rotations too.
 * Does: gives every live version that is not in use an expiry, verifies AWSCURRENT, deletes what
 * has expired, and measures the secret's health.
 * Safe to repeat because it acts on labels alone, and reads them again before it deletes.
 */
export async function reconcile(edges: Context): Promise<Reconciled> {
  const read = await describeSecret(edges.secret);
  const replacing = versionWithLabel(read, REPLACING);
  const proved = new Set<string>();
  try {
    const reconciled = await keepSecret(read, edges, proved);
    if (replacing === undefined) return reconciled;
    if (
      !hasLabel(replacing, CURRENT) ||
      !proved.has(replacing.id) ||
      !(await isReplaced(read, edges))
    ) {
      throw new RotationError('replace_in_progress', 'no replaceAll has verified its effect');
    }
    await changeLabel(edges.secret, { label: REPLACING, from: replacing.id });
    return reconciled;
  } catch (thrown) {
    if (replacing === undefined) throw thrown;
    // The alarm on missing reconciles stays on until a replaceAll has succeeded.
    edges.measure({ SecretsReconciled: 0 });
    const what = `version ${replacing.id} has REPLACING: ${toRotationError(thrown).parts.what}`;
    throw new RotationError('replace_in_progress', what, { cause: thrown });
  }
}

/** Whether every database rejects the password of before, as replaceAll itself verifies. */
async function isReplaced(read: SecretDescription, edges: Context): Promise<boolean> {
  const previous = versionWithLabel(read, PREVIOUS);
  const before = previous && (await findValue(edges, previous.id));
  const current = await readValue(edges, requireCurrent(read).id);
  if (before?.password === undefined || before.password === current.password) return false;
  const accounts = await readAccounts(edges, current, read);
  const old = { ...current, password: before.password };
  const answers = await Promise.all(
    accounts.map((account) => isRejectedEverywhere(old, account, edges)),
  );
  return answers.every((isRejected) => isRejected);
}

async function keepSecret(
  read: SecretDescription,
  edges: Context,
  proved: Set<string>,
): Promise<Reconciled> {
  const current = requireCurrent(read);
  const value = await readValue(edges, current.id);
  edges.measure(
    computeHealth(read, value.createdAt, await pendingCreatedAt(read, edges), edges.now()),
  );
  // Before a label is put: the value must be that of the user that the tag names.
  const accounts = await readAccounts(edges, value, read);
  const failures = await updateLabels(read, edges);
  const isProved = value.password !== undefined && (await proveCurrent(value, accounts, edges));
  edges.measure({ SecretsReconciled: 1 });
  if (isProved) proved.add(current.id);
  const swept = await deleteExpired(await findExpired(read, value, edges), edges, proved);
  const live = labelsNow(read, edges).versions.filter(isLive).length;
  const failed = [...failures, ...swept.failures];
  edges.measure({ LivePasswords: live, DeletionsFailed: failed.length });
  if (swept.failures.some(({ code }) => code === 'current_password_refused')) {
    edges.measure({ CurrentPasswordRejected: 1 });
  }
  const [failure] = failed;
  if (failure !== undefined) throw failure;
  const changes = [...edges.secret.changes.values()];
  if (changes.length > 0) await waitForLabels(edges, changes);
  return { live, deleted: swept.deleted };
}

/**
 * Returns expired versions and, if the secret has a tag, live versions of another user that have
 * no expiry yet.
 */
async function findExpired(
  { versions, tags }: SecretState,
  { username }: VersionValue,
  edges: Context,
): Promise<Version[]> {
  const now = edges.now() / 1_000;
  const isWanted = async (version: Version) => {
    if (isExpired(version, now)) return true;
    const isOpen = isLive(version) && !isInUse(version) && expiresLabels(version).length === 0;
    if (!isOpen || !tags.has(USER_TAG)) return false;
    // `deleteExpired` reports an invalid value.
    const value = await findValue(edges, version.id).catch(() => undefined);
    return value?.username !== username;
  };
  const wanted = await Promise.all(versions.map(isWanted));
  return versions.filter((_, at) => wanted[at]);
}

/** When the version of an unfinished rotation was made; undefined where it has no value. */
async function pendingCreatedAt(
  described: SecretDescription,
  edges: Context,
): Promise<number | undefined> {
  const pending = pendingRotation(described);
  return pending && (await readVersion(edges.secret, pending.id, []))?.createdAt;
}

/** Whether every cluster has proved AWSCURRENT; throws where one refused it. */
async function proveCurrent(
  value: VersionValue,
  accounts: Account[],
  edges: Context,
): Promise<boolean> {
  const days = certificateDaysLeft(value, accounts, edges.now());
  try {
    const refusal = await verifyOnDatabases(value, accounts, edges, { retryRejected: false });
    // A refusal has an alarm of its own: the secret was looked at all the same.
    const hasDatabase = accounts.some(({ endpoints }) => endpoints.length > 0);
    if (hasDatabase) edges.measure({ CurrentPasswordRejected: Number(refusal !== undefined) });
    edges.measure({ SecretsReconciled: 1 });
    assertAccepted('current', refusal);
  } finally {
    const daysLeft = await days;
    if (daysLeft !== undefined) edges.measure({ CertificateDaysLeft: daysLeft });
  }
  // A cluster without a database endpoint is asked over its API, and only before a deletion.
  return accounts.every(({ endpoints }) => endpoints.length > 0);
}
