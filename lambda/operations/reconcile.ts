import { type Account, readAccounts } from '../cluster/accounts.ts';
import type { Context } from '../context.ts';
import { RotationError, toRotationError } from '../errors.ts';
import { USER_TAG } from '../names.ts';
import type { SecretDescription } from '../secret/description.ts';
import {
  CURRENT,
  hasLabel,
  isLive,
  REPLACING,
  type SecretState,
  shownId,
  type Version,
  versionWithLabel,
} from '../secret/labels.ts';
import { isExpired, needsExpiry } from '../secret/ledger.ts';
import { pendingRotation } from '../secret/rotation-state.ts';
import { changeLabel, describeSecret, readVersion } from '../secret/secrets-manager.ts';
import { boundUser } from '../secret/user.ts';
import type { VersionValue } from '../secret/value.ts';
import { findValue, readValue, requireCurrent } from '../secret/versions.ts';
import { waitForLabels } from '../secret/wait-for-labels.ts';
import { assertAccepted, findDatabaseRejection } from '../verification/verify.ts';
import { deleteExpired } from './deletion/delete-expired.ts';
import { certificateDaysLeft, computeHealth, passwordCreatedAt } from './health.ts';
import { isPreviousRejected } from './replace-all/replace-passwords.ts';
import { labelsNow, updateLabels } from './update-labels.ts';

/** The passwords that may be valid, and those that this call deleted. */
export type Reconciled = { live: number; deleted: number };

/**
 * Before: any state; the schedule runs it, and rotations may run at the same time.
 * Does: gives every live version that is not in use an expiry, verifies AWSCURRENT, deletes
 * expired passwords, and measures the health of the secret.
 * Safe to repeat because it acts on labels only, and reads them again before it deletes.
 */
export async function reconcile(context: Context): Promise<Reconciled> {
  const read = await describeSecret(context.secret);
  const verified = new Set<string>();
  const replacing = versionWithLabel(read, REPLACING);
  if (replacing === undefined) return reconcileSecret(read, context, verified);
  try {
    const reconciled = await reconcileSecret(read, context, verified);
    const isVerified = hasLabel(replacing, CURRENT) && verified.has(replacing.id);
    if (!isVerified || !(await isPreviousRejected(read, context))) {
      throw new RotationError('replace_in_progress', 'no replace-all has succeeded since');
    }
    await changeLabel(context.secret, { label: REPLACING, from: replacing.id });
    return reconciled;
  } catch (thrown) {
    // Keeps the alarm ReconcileNotRunning on until a replaceAll has succeeded.
    context.measure({ SecretsReconciled: 0 });
    const what = `version ${shownId(replacing.id)} has REPLACING: ${toRotationError(thrown).what}`;
    throw new RotationError('replace_in_progress', what, { cause: thrown });
  }
}

async function reconcileSecret(
  read: SecretDescription,
  context: Context,
  verified: Set<string>,
): Promise<Reconciled> {
  const { measure, secret } = context;
  const current = await readValue(context, requireCurrent(read).id);
  const pending = await pendingCreatedAt(read, context);
  const password = await passwordCreatedAt(read, current, context);
  measure(computeHealth(read, { password, pending }, context.now()));
  // Before any change of labels: the value must be that of the user in the tag.
  const accounts = await readAccounts(context, current, read);
  const failures = await updateLabels(read, context);
  const isVerified =
    current.password !== undefined && (await verifyCurrent(current, accounts, context));
  measure({ SecretsReconciled: 1 });
  if (isVerified) verified.add(current.versionId);
  const deletion = await deleteExpired(
    await findExpired(read, current, context),
    context,
    verified,
  );
  const live = labelsNow(read, context).versions.filter(isLive).length;
  failures.push(...deletion.failures);
  measure({ LivePasswords: live, DeletionsFailed: failures.length });
  if (failures[0] !== undefined) throw failures[0];
  const changes = [...secret.changes.values()];
  if (changes.length > 0) await waitForLabels(secret, changes);
  return { live, deleted: deletion.deleted };
}

/** Returns when the value of an unfinished rotation was created, in ms since the epoch. */
async function pendingCreatedAt(
  read: SecretDescription,
  { secret }: Context,
): Promise<number | undefined> {
  const pending = pendingRotation(read);
  return pending && (await readVersion(secret, pending.id, []))?.createdAt;
}

/** Returns whether every cluster accepts AWSCURRENT. @throws if a database rejects it. */
async function verifyCurrent(
  current: VersionValue,
  accounts: Account[],
  context: Context,
): Promise<boolean> {
  const days = certificateDaysLeft(current, accounts, context.now());
  try {
    const rejection = await findDatabaseRejection(current, accounts, context);
    if (accounts.some(({ endpoints }) => endpoints.length > 0)) {
      context.measure({ CurrentPasswordRejected: Number(rejection !== undefined) });
    }
    // A rejection has its own alarm: the secret counts as reconciled.
    context.measure({ SecretsReconciled: 1 });
    assertAccepted('current', rejection);
  } finally {
    const daysLeft = await days;
    if (daysLeft !== undefined) context.measure({ CertificateDaysLeft: daysLeft });
  }
  // Without a database, the function verifies over the API, and only before a deletion.
  return accounts.every(({ endpoints }) => endpoints.length > 0);
}

/** Returns expired versions and, with a tag, abandoned versions of another user. */
async function findExpired(
  { versions, tags }: SecretState,
  current: VersionValue,
  context: Context,
): Promise<Version[]> {
  const now = context.now() / 1_000;
  const isFound = async (version: Version) => {
    if (isExpired(version, now)) return true;
    if (!needsExpiry(version) || !tags.has(USER_TAG)) return false;
    // deleteExpired reports an invalid value.
    const value = await findValue(context, version.id).catch(() => undefined);
    return value === undefined || boundUser(value) !== boundUser(current);
  };
  const found = await Promise.all(versions.map(isFound));
  return versions.filter((_, at) => found[at]);
}
