import { type Scene, valueIn } from '../observation.ts';
import {
  type Change,
  changesByFunction,
  current,
  currentPassword,
  isByStep,
  isCurrentValid,
  type Recording,
  scenesWithinDelay,
} from '../record.ts';
import { describeChange, isPut } from './password-changes.ts';

/** 1. No step, crash or retry makes AWSCURRENT hold a password that a cluster rejects. */
export function currentWorks(recording: Recording): string[] {
  const { username } = recording;
  return changesByFunction(recording).flatMap((change) => {
    const { before, after } = change;
    // The next run repairs what a delayed PUT breaks. Promise 11 covers a successful replaceAll.
    if (isPut(change) || isByStep(recording, change, 'replaceAll')) return [];
    const isUpdate = isByStep(recording, change, 'updateFields');
    const isMoved = isUpdate
      ? currentPassword(before) !== currentPassword(after)
      : current(before)?.id !== current(after)?.id;
    const wasValid = scenesWithinDelay(change, recording).every(
      (scene) =>
        isCurrentValid(scene, username) && currentPassword(scene) === currentPassword(before),
    );
    const seen = isUpdate ? withoutJoined(change) : after;
    const isBroken = !isCurrentValid(seen, username) && (isMoved || wasValid);
    return isBroken ? [`a cluster rejects AWSCURRENT after ${describeChange(change)}`] : [];
  });
}

/** Leaves out the clusters that join with an updateFields: a rotation adds a password there. */
function withoutJoined({ before, after }: Change): Scene {
  const { clusters } = valueIn(current(before)) ?? {};
  const kept = Object.entries(after.validPasswords).filter(
    ([name]) => clusters?.includes(name) ?? true,
  );
  return { ...after, validPasswords: Object.fromEntries(kept) };
}
