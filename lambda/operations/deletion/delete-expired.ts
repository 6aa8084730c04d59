import { type Account, readAccounts } from '../../cluster/accounts.ts';
import { openPasswordApi } from '../../cluster/password-api.ts';
import type { Context } from '../../context.ts';
import { RotationError } from '../../errors.ts';
import type { Removal } from '../../redis-enterprise/passwords.ts';
import {
  CURRENT,
  findVersion,
  isInUse,
  type Version,
  versionWithLabel,
} from '../../secret/labels.ts';
import { deletionChanges, isExpired, versionsToKeep } from '../../secret/ledger.ts';
import { changeLabel, describeSecret } from '../../secret/secrets-manager.ts';
import { DEFAULT_USER, isSameUser } from '../../secret/user.ts';
import type { VersionValue } from '../../secret/value.ts';
import { findValue, readValue } from '../../secret/versions.ts';
import { withLogging } from '../../telemetry/log.ts';
import { isUnprotected } from '../../verification/check-protected.ts';
import {
  assertAccepted,
  findRejection,
  isAcceptedAnywhere,
  isRejectedEverywhere,
} from '../../verification/verify.ts';
import { omittedClusters } from '../omitted-clusters.ts';
import { restoreCurrent } from '../restore-current.ts';
import { tryEach } from '../update-labels.ts';
import { decideDeletion } from './decide-deletion.ts';

type DeletionResult = { deleted: number; failures: RotationError[] };

/**
 * Deletes the passwords of expired versions, and removes the labels of versions of another user.
 * `verified` has the versions that were verified in this invocation. Deletes nothing unless
 * AWSCURRENT is verified.
 */
export async function deleteExpired(
  versions: Version[],
  context: Context,
  verified: Set<string>,
): Promise<DeletionResult> {
  let deleted = 0;
  let isOpened = false;
  const failures = await tryEach(versions, context, async ({ id }) => {
    // Stop after one rejected login, to avoid a lockout, and after a deletion that left a database
    // without a password. The next reconcile continues.
    if (context.rejectedLogins.size > 0 || isOpened) return;
    try {
      if (await deleteVersionPassword(id, context, verified)) deleted += 1;
    } catch (error) {
      isOpened = isUnprotected(error);
      throw error;
    }
  });
  return { deleted, failures };
}

/** Returns whether the password of a version was deleted. */
async function deleteVersionPassword(
  id: string,
  context: Context,
  verified: Set<string>,
): Promise<boolean> {
  // Read the labels again: a rollback may have made the version AWSCURRENT.
  const state = await describeSecret(context.secret);
  const version = findVersion(state, id);
  const currentId = versionWithLabel(state, CURRENT)?.id;
  if (version === undefined || currentId === undefined || isInUse(version)) return false;
  const value = await readValue(context, id);
  const current = await readValue(context, currentId);
  // Throws unless AWSCURRENT belongs to the user in the tag.
  const accounts = await readAccounts(context, current, state);
  const nowSeconds = context.now() / 1_000;
  const isCandidate = isExpired(version, nowSeconds) && isSameUser(value, current);
  const toKeep = isCandidate ? versionsToKeep(state, nowSeconds) : [];
  const kept = await Promise.all(toKeep.map((one) => findValue(context, one.id)));
  const omitted = await omittedClusters(value, current, context);
  const facts = { state, version, value, current, kept, omittedClusters: omitted, nowSeconds };
  const decision = decideDeletion(facts);
  if (decision.kind === 'delete') {
    await deletePassword(decision.password, { id, current, accounts }, context, verified);
  } else if (decision.reason !== undefined) {
    context.log('WARN', decision.reason, { versionId: id, clusters: omitted });
  }
  if (decision.kind === 'keep') return false;
  for (const change of deletionChanges(version)) await changeLabel(context.secret, change);
  return decision.kind === 'delete';
}

/** Verifies AWSCURRENT, then deletes a password on every cluster. */
async function deletePassword(
  password: string,
  { id, current, accounts }: { id: string; current: VersionValue; accounts: Account[] },
  context: Context,
  verified: Set<string>,
): Promise<void> {
  try {
    if (!verified.has(current.versionId)) {
      assertAccepted('current', await findRejection(current, accounts, context));
      verified.add(current.versionId);
    }
    for (const account of accounts) {
      const fields = { cluster: account.cluster.name, versionId: id };
      await withLogging(context, 'delete password', fields, () =>
        deleteOnCluster({ ...current, password }, current, account, context),
      );
    }
  } catch (error) {
    if (isUnprotected(error)) await restoreCurrent(current, accounts, context);
    throw error;
  }
}

async function deleteOnCluster(
  old: VersionValue & { password: string },
  current: VersionValue,
  account: Account,
  context: Context,
): Promise<'deleted' | 'deleted before'> {
  // After a deletion that emptied the list, AWSCURRENT's password is the only one. Redis does not
  // document that a DELETE of another password keeps it.
  const isListed =
    account.username !== DEFAULT_USER || (await isAcceptedAnywhere(old, account, context));
  if (!isListed) return 'deleted before';
  const api = await openPasswordApi(account, current, context);
  return verifyRemoval(await api.remove(old.password), old, current, account, context);
}

async function verifyRemoval(
  removal: Removal,
  old: VersionValue,
  current: VersionValue,
  account: Account,
  context: Context,
): Promise<'deleted' | 'deleted before'> {
  if (removal.status === 'deleted') {
    // Without a database, a verification would cost a rejected login.
    const isDone = account.endpoints.length === 0;
    if (isDone || (await isRejectedEverywhere(old, account, context))) return 'deleted';
    const what = `a database of cluster ${account.cluster.name} accepts the deleted password`;
    throw new RotationError('password_not_deleted', what);
  }
  // An earlier request may have deleted the password and lost its reply. A locked account rejects
  // every login: first check that it accepts AWSCURRENT.
  const isLocked = (await findRejection(current, [account], context)) !== undefined;
  if (isLocked || !(await isRejectedEverywhere(old, account, context))) throw removal.error;
  return 'deleted before';
}
