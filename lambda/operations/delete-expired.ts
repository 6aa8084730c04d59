import { type Account, isSameUser } from '../cluster/accounts.ts';
import { withChange } from '../cluster/change-passwords.ts';
import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import { USER_TAG } from '../names.ts';
import { deletePassword } from '../redis-enterprise/passwords.ts';
import { CURRENT, findVersion, isInUse, type Version, versionWithLabel } from '../secret/labels.ts';
import { deletionChanges, isExpired, versionsToKeep } from '../secret/ledger.ts';
import { changeLabel, describeSecret } from '../secret/secrets-manager.ts';
import type { SecretValue, VersionValue } from '../secret/value.ts';
import { findValue, readAccounts, readValue } from '../secret/versions.ts';
import { withLogging } from '../telemetry/log.ts';
import { assertAccepted, isRejectedEverywhere, verifyPassword } from '../verification/verify.ts';
import { tryEach } from './update-labels.ts';

/**
 * Deletes the passwords of expired versions, and removes the labels of versions of another user.
 * `proved` holds the versions that were verified in this invocation: without AWSCURRENT among them
 * nothing is deleted. Returns how many passwords were deleted, and what failed.
 */
export async function deleteExpired(
  versions: Version[],
  edges: Context,
  proved: Set<string>,
): Promise<{ deleted: number; failures: RotationError[] }> {
  let deleted = 0;
  const failures = await tryEach(versions, edges, async ({ id }) => {
    // Stop after one rejected login, to avoid a lock-out; the next reconcile goes on from here.
    if (edges.refusedLogins.size > 0) return;
    if (await deleteVersionPassword(id, edges, proved)) deleted += 1;
  });
  return { deleted, failures };
}

/** Removes the labels of a version; returns whether its password was deleted before. */
async function deleteVersionPassword(
  id: string,
  edges: Context,
  proved: Set<string>,
): Promise<boolean> {
  // The labels are read again: a rollback may have made the version AWSCURRENT by now.
  const staging = await describeSecret(edges.secret);
  const version = findVersion(staging, id);
  const current = versionWithLabel(staging, CURRENT);
  if (version === undefined || current === undefined || isInUse(version)) return false;
  const value = await readValue(edges, id);
  const currentValue = await readValue(edges, current.id);
  // Throws unless AWSCURRENT belongs to the user in the tag.
  const accounts = await readAccounts(edges, currentValue, staging);
  const removeLabels = async (isDeleted: boolean) => {
    for (const change of deletionChanges(version)) await changeLabel(edges.secret, change);
    return isDeleted;
  };
  if (!isSameUser(value, currentValue)) {
    // With the same name and another email it may be either user's.
    const isBound = staging.tags.has(USER_TAG) && value.username !== currentValue.username;
    const what = isBound ? 'its labels are removed' : 'it is left alone';
    edges.log('WARN', `version of another user: ${what}`, { versionId: id });
    return isBound && removeLabels(false);
  }
  if (!isExpired(version, edges.now() / 1_000)) return false;
  const left = await removedClusters(value, currentValue, edges);
  if (left.length > 0) {
    // AWSCURRENT cannot be verified there.
    const message = 'due version of a cluster that AWSCURRENT leaves out is left alone';
    edges.log('WARN', message, { versionId: id, clusters: left });
    return false;
  }
  const { password } = value;
  const held = await passwordsOf(
    value.username,
    versionsToKeep(staging, edges.now() / 1_000),
    edges,
  );
  if (password === undefined || held.includes(password)) return removeLabels(false);
  if (!proved.has(current.id)) {
    assertAccepted(
      'current',
      await verifyPassword(currentValue, accounts, edges, { retryRejected: false }),
    );
    proved.add(current.id);
  }
  for (const account of accounts) {
    const fields = { cluster: account.cluster.name, versionId: id };
    await withLogging(edges, 'password deleted', fields, () =>
      deleteOn(account, currentValue, password, edges),
    );
  }
  return removeLabels(true);
}

/** The existing clusters on which one version is and another is not. */
export async function removedClusters(
  from: SecretValue,
  to: SecretValue,
  edges: Context,
): Promise<string[]> {
  const there = [...(await edges.clusters()).clusters.keys()];
  const isIn = (name: string, { clusters }: SecretValue) => clusters?.includes(name) ?? true;
  return there.filter((name) => isIn(name, from) && !isIn(name, to));
}

/** The passwords of a user in versions that stay, as when somebody pasted an old one back. */
async function passwordsOf(username: string, stay: Version[], edges: Context): Promise<string[]> {
  const values = await Promise.all(stay.map(({ id }) => findValue(edges, id)));
  return values.flatMap((value) => (value?.username === username ? (value.password ?? []) : []));
}

async function deleteOn(
  account: Account,
  current: VersionValue,
  password: string,
  edges: Context,
): Promise<'deleted' | 'gone before'> {
  const outcome = await withChange(account, current, edges, (api, login, username) =>
    deletePassword(api, login, { username, password }),
  );
  const isTold = outcome === 'deleted';
  // Without a database a verification would cost a rejected login.
  if (isTold && account.endpoints.length === 0) return outcome;
  // It may have been deleted before, with the reply lost: a login with it tells, as long as the
  // account is not locked, when every login is rejected.
  const isShut =
    !isTold && (await verifyPassword(current, [account], edges, { retryRejected: false }));
  if (!isShut && (await isRejectedEverywhere({ ...current, password }, account, edges))) {
    return isTold ? outcome : 'gone before';
  }
  const what = `a database of cluster ${account.cluster.name} accepts the deleted password`;
  throw isTold ? new RotationError('password_not_deleted', what) : outcome;
}
