import { readAccounts } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import { type RotationError, type RotationErrorCode, toRotationError } from '../../errors.ts';
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
import { findValue, readValue } from '../../secret/versions.ts';
import { omittedClusters } from '../omitted-clusters.ts';
import { tryEach } from '../update-labels.ts';
import { decideDeletion } from './decide-deletion.ts';
import { deletePassword } from './delete-password.ts';

// After a deletion with one of these errors, the databases may have lost more than its password.
const STOPPING: RotationErrorCode[] = ['database_unprotected', 'current_password_refused'];

type DeletionResult = { deleted: number; failures: RotationError[] };

/**
 * Deletes the passwords of expired versions, and removes the labels of versions of another user.
 * `verified` has the versions that were verified in this invocation. Deletes nothing unless
 * AWSCURRENT is verified, and measures if it is rejected.
 */
export async function deleteExpired(
  versions: Version[],
  context: Context,
  verified: Set<string>,
): Promise<DeletionResult> {
  let deleted = 0;
  let isStopped = false;
  const failures = await tryEach(versions, context, async ({ id }) => {
    // Stop after one rejected login, to avoid a lockout. The next reconcile continues.
    if (context.rejectedLogins.size > 0 || isStopped) return;
    try {
      if (await deleteVersionPassword(id, context, verified)) deleted += 1;
    } catch (error) {
      isStopped = STOPPING.includes(toRotationError(error).code);
      throw error;
    }
  });
  if (failures.some(({ code }) => code === 'current_password_refused')) {
    context.measure({ CurrentPasswordRejected: 1 });
  }
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
  let opened: RotationError | undefined;
  if (decision.kind === 'delete') {
    const old = { ...current, password: decision.password };
    opened = await deletePassword({ id, old, current }, accounts, context, verified);
  } else if (decision.reason !== undefined) {
    context.log('WARN', decision.reason, { versionId: id, clusters: omitted });
  }
  if (decision.kind === 'keep') return false;
  for (const change of deletionChanges(version)) await changeLabel(context.secret, change);
  if (opened !== undefined) throw opened;
  return decision.kind === 'delete';
}
