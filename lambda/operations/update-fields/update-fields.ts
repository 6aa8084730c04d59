import { randomUUID } from 'node:crypto';
import { retry } from '../../clock.ts';
import { readAccounts } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import { REMOVE_LABELS, RotationError, UNCHANGED } from '../../errors.ts';
import type { UpdateFieldsEvent } from '../../event.ts';
import type { SecretDescription } from '../../secret/description.ts';
import { CURRENT, PREVIOUS, type SecretState, versionWithLabel } from '../../secret/labels.ts';
import { labelCapacityError } from '../../secret/ledger.ts';
import { pendingRotation } from '../../secret/rotation-state.ts';
import { describeSecret } from '../../secret/secrets-manager.ts';
import { changedField } from '../../secret/value.ts';
import { readValue } from '../../secret/versions.ts';
import { checkNotReplacing } from '../update-labels.ts';
import { abandonOutdated, type Progress } from './abandon-rotation.ts';
import { checkChangedLogins } from './changed-logins.ts';
import { findWritten } from './find-written.ts';
import { checkJoined, hasJoined } from './joined-clusters.ts';
import { checkDeletable } from './left-clusters.ts';
import { nextValue } from './next-value.ts';
import { REPLACING_HINT, writeCurrent } from './write-current.ts';

/** `rotate`: whether the caller must start a rotation. */
export type UpdatedFields = { versionId: string; rotate: boolean };

// A rotation takes seconds. One that waits for its retry may take hours: 20 s in total.
const ROTATION_WAITS_MS = [1_000, 2_000, 3_000, 4_000, 5_000, 5_000] as const;

// Another client has just moved AWSCURRENT, and seldom does it again.
const RESTART_WAITS_MS = [500, 1_000, 2_000] as const;

const FULL_HINT = `${REMOVE_LABELS}, or run reconcile; then deploy again`;

/**
 * Before: any state; the tag names the user.
 * Does: moves AWSCURRENT to a version with the same password and other fields. Sends a cluster
 * nothing but logins. A secret without a value gets its first one, without a password.
 * Safe to repeat because it writes nothing if AWSCURRENT has the fields, and starts over if
 * AWSCURRENT moves meanwhile.
 */
export async function updateFields(
  event: UpdateFieldsEvent,
  context: Context,
): Promise<UpdatedFields> {
  // The deployment may have changed the parameters a moment ago.
  await context.readParameters(true);
  const progress: Progress = { isRotationAbandoned: false };
  const updated = await retry(RESTART_WAITS_MS, context, () => tryUpdate(event, context, progress));
  if (updated !== undefined) return updated;
  const hint = 'deploy again';
  throw new RotationError('secret_value_changed', 'AWSCURRENT moves repeatedly', { hint });
}

/** Returns undefined if AWSCURRENT moved meanwhile. */
async function tryUpdate(
  event: UpdateFieldsEvent,
  context: Context,
  progress: Progress,
): Promise<UpdatedFields | undefined> {
  const read = await describeSecret(context.secret);
  const current = versionWithLabel(read, CURRENT);
  const before = current && (await readValue(context, current.id));
  const { text, value } = nextValue(before, event, read);
  const accounts = await readAccounts(context, value, read);
  if (before === undefined) {
    checkState(read);
    const id = randomUUID();
    const isWritten = await writeCurrent({ before, id, text }, context, progress);
    return isWritten ? { versionId: id, rotate: false } : undefined;
  }
  const isJoining = await hasJoined(before, value, read, context);
  const needsRotation = (state: SecretDescription) => {
    const { rotationEnabled } = state;
    // The first rotation must have failed: AWSPENDING would show one that runs.
    if (value.password === undefined)
      return rotationEnabled && pendingRotation(state) === undefined;
    return isJoining || (rotationEnabled && progress.isRotationAbandoned);
  };
  if (changedField(before, value) === undefined) {
    await abandonOutdated(read, before, context, progress);
    return { versionId: before.versionId, rotate: needsRotation(read) };
  }
  const state = await waitForRotation(context);
  if (versionWithLabel(state, CURRENT)?.id !== before.versionId) return undefined;
  const found = await findWritten(state, text, context);
  checkState(state, found);
  await checkDeletable(before, value, state, context);
  await checkJoined(before, value, accounts, context);
  await checkChangedLogins(before, value, state, context);
  const id = found ?? randomUUID();
  const written = await writeCurrent({ before, id, text }, context, progress);
  return written && { versionId: id, rotate: needsRotation(written) };
}

/** Reads the labels until no rotation is unfinished, or the time for that has passed. */
function waitForRotation(context: Context): Promise<SecretDescription> {
  const isFinal = (state: SecretDescription) => pendingRotation(state) === undefined;
  return retry(ROTATION_WAITS_MS, context, () => describeSecret(context.secret), isFinal);
}

/** @throws `replace_in_progress`, or `labels_exhausted` if there is no room for a version. */
function checkState(state: SecretState, found?: string): void {
  checkNotReplacing(state, UNCHANGED, REPLACING_HINT);
  // LIVE, and AWSPREVIOUS. AWSPENDING makes room for the expiry of its version.
  const isFirst = versionWithLabel(state, PREVIOUS) === undefined;
  const needed = Number(isFirst) + Number(found === undefined);
  const full = labelCapacityError(state, needed, FULL_HINT);
  if (full !== undefined) throw full;
}
