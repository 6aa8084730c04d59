import type { Context } from '../../context.ts';
import { RotationError, UNCHANGED } from '../../errors.ts';
import type { RollBackEvent } from '../../event.ts';
import { CURRENT, type SecretState, shownId, type Version } from '../../secret/labels.ts';
import { expiryRemovals, STALE_READS_SECONDS } from '../../secret/ledger.ts';
import { changeLabel, describeSecret } from '../../secret/secrets-manager.ts';
import { readValue, requireCurrent } from '../../secret/versions.ts';
import { waitForLabels } from '../../secret/wait-for-labels.ts';
import { checkConfirm } from '../confirm.ts';
import {
  checkNotMoved,
  checkNotReplacing,
  labelChangesForCurrent,
  labelsNow,
  NOT_MOVED,
  removePending,
  updateLabels,
} from '../update-labels.ts';
import { expiresWithin } from './candidates.ts';
import { findTarget, findTargetRejection } from './find-target.ts';

/** The VersionIds of the version that is AWSCURRENT now, and of the version that was. */
export type RolledBack = { versionId: string; replaced: string };

/**
 * Before: an earlier version whose password is still valid.
 * Does: makes that version AWSCURRENT again, with all its fields. Ends a rotation in progress: it
 * would move AWSCURRENT on again. Changes no password.
 * Safe to repeat because without VersionId it moves AWSCURRENT only to an older version, and never
 * if AWSPREVIOUS is newer than AWSCURRENT. The version loses its expiry first: if AWSCURRENT does
 * not move to it, reconcile gives it another one.
 */
export async function rollBack(
  { Confirm, VersionId }: RollBackEvent,
  context: Context,
): Promise<RolledBack> {
  const { secret } = context;
  const read = await describeSecret(secret);
  const current = await readValue(context, requireCurrent(read).id);
  checkConfirm(Confirm, current);
  checkNotReplacing(read, NOT_MOVED);
  const target = await findTarget(read, current, VersionId, context);
  const { id } = target.version;
  const shown = await removeExpiry(target.version, context);
  checkNotReplacing(shown, NOT_MOVED);
  checkNotMoved(shown, current, 'roll-back');
  // A reconcile that read the expiry may have deleted the password meanwhile.
  const rejection = await findTargetRejection(target, shown, NOT_MOVED, context);
  if (rejection !== undefined) throw justDeleted(id, rejection.where);
  // The version that is left must start its overlap with LIVE and without an earlier expiry.
  for (const change of await labelChangesForCurrent(shown, context)) {
    await changeLabel(secret, change);
  }
  // Before the move: a finishSecret must not find AWSPENDING after it.
  await removePending(shown, id, context);
  await changeLabel(secret, { label: CURRENT, to: id, from: current.versionId });
  const moved = await waitForLabels(secret, [{ label: CURRENT, to: id }]);
  // A createSecret may have set it again.
  await removePending(moved, id, context);
  await updateLabels(labelsNow(moved, context), context, current.versionId);
  checkNotReplacing(moved, `AWSCURRENT moved to version ${shownId(id)}`);
  return { versionId: id, replaced: current.versionId };
}

/**
 * Returns the labels without the expiry. Sets it again if the removal ended too late: a reconcile
 * whose reads are behind still sees the expiry, and may delete the password.
 */
async function removeExpiry(version: Version, context: Context): Promise<SecretState> {
  const { secret } = context;
  const removals = expiryRemovals(version);
  for (const change of removals) await changeLabel(secret, change);
  if (!expiresWithin(version, STALE_READS_SECONDS, context)) {
    return waitForLabels(secret, removals);
  }
  for (const { label } of removals) await changeLabel(secret, { label, to: version.id });
  const what = `${UNCHANGED}: removing EXPIRES from version ${shownId(version.id)} took too long`;
  throw new RotationError('version_not_restorable', what);
}

function justDeleted(id: string, where: string): RotationError {
  const what = `${NOT_MOVED}: ${where} has just rejected the password of version ${shownId(id)}`;
  return new RotationError('version_not_restorable', what);
}
