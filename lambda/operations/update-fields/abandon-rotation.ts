import type { Context } from '../../context.ts';
import {
  CURRENT,
  hasLabel,
  isLive,
  PENDING,
  type SecretState,
  versionWithLabel,
} from '../../secret/labels.ts';
import { changedField, type VersionValue } from '../../secret/value.ts';
import { findValidValue } from '../../secret/versions.ts';
import { waitForLabels } from '../../secret/wait-for-labels.ts';
import { removePending } from '../update-labels.ts';

/** What the attempts of one invocation share. */
export type Progress = { isRotationAbandoned: boolean };

/** Removes AWSPENDING, so that the end of a rotation does not restore the fields of before. */
export async function abandonRotation(
  state: SecretState,
  id: string,
  context: Context,
  progress: Progress,
): Promise<void> {
  const removed = await removePending(state, id, context);
  if (removed.length === 0) return;
  progress.isRotationAbandoned ||= removed.some((version) => !hasLabel(version, CURRENT));
  const changes = removed.map(({ id: from }) => ({ label: PENDING, from }));
  await waitForLabels(context.secret, changes);
}

/**
 * Removes an AWSPENDING that no rotation can bring in, because another field than the password
 * differs from AWSCURRENT: a createSecret wrote it after an update, with the former fields.
 */
export async function abandonOutdated(
  state: SecretState,
  current: VersionValue,
  context: Context,
  progress: Progress,
): Promise<void> {
  const pending = versionWithLabel(state, PENDING);
  // Without LIVE, createSecret has not written the value yet.
  if (pending === undefined || pending.id === current.versionId || !isLive(pending)) return;
  const value = await findValidValue(context, pending.id);
  if (value !== undefined && changedField(current, value) === undefined) return;
  await abandonRotation(state, current.versionId, context, progress);
}
