import { type Account, readAccounts } from '../../cluster/accounts.ts';
import { openPasswordApi } from '../../cluster/password-api.ts';
import type { Context } from '../../context.ts';
import { RotationError, toRotationError } from '../../errors.ts';
import type { PasswordApi, Removal } from '../../redis-enterprise/passwords.ts';
import {
  CURRENT,
  findVersion,
  isInUse,
  type Version,
  versionWithLabel,
} from '../../secret/labels.ts';
import { deletionChanges, isExpired, versionsToKeep } from '../../secret/ledger.ts';
import { changeLabel, describeSecret } from '../../secret/secrets-manager.ts';
import { isSameUser } from '../../secret/user.ts';
import { requirePassword, type VersionValue } from '../../secret/value.ts';
import { findValue, readValue } from '../../secret/versions.ts';
import { withLogging } from '../../telemetry/log.ts';
import { assertAccepted, findRejection, isRejectedEverywhere } from '../../verification/verify.ts';
import { omittedClusters } from '../omitted-clusters.ts';
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
  const failures = await tryEach(versions, context, async ({ id }) => {
    // Stop after one rejected login, to avoid a lockout. The next reconcile continues.
    if (context.rejectedLogins.size > 0) return;
    if (await deleteVersionPassword(id, context, verified)) deleted += 1;
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
  if (!verified.has(current.versionId)) {
    assertAccepted('current', await findRejection(current, accounts, context));
    verified.add(current.versionId);
  }
  for (const account of accounts) {
    const fields = { cluster: account.cluster.name, versionId: id };
    await withLogging(context, 'password deleted', fields, () =>
      deleteOnCluster(password, current, account, context),
    );
  }
}

async function deleteOnCluster(
  password: string,
  current: VersionValue,
  account: Account,
  context: Context,
): Promise<'deleted' | 'deleted before'> {
  const api = await openPasswordApi(account, current, context);
  const removal = await api.remove(password);
  try {
    return await verifyRemoval(removal, { ...current, password }, current, account, context);
  } catch (error) {
    const { code } = toRotationError(error);
    if (code === 'database_unprotected') {
      await restorePasswords([requirePassword(current), password], api, context);
    }
    throw error;
  }
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

/** Adds passwords again, because a deletion left a database without a password. */
async function restorePasswords(
  passwords: string[],
  api: PasswordApi,
  { log }: Pick<Context, 'log'>,
): Promise<void> {
  for (const password of passwords) {
    const outcome = await api.add(password).then(
      ({ status }) => status,
      (error: unknown) => toRotationError(error).code,
    );
    log('ERROR', 'deleted password added again', { outcome });
  }
}
