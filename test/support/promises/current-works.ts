import {
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
    const isMoved = current(before)?.id !== current(after)?.id;
    const wasValid = scenesWithinDelay(change, recording).every(
      (scene) =>
        isCurrentValid(scene, username) && currentPassword(scene) === currentPassword(before),
    );
    const isBroken = !isCurrentValid(after, username) && (isMoved || wasValid);
    return isBroken ? [`a cluster rejects AWSCURRENT after ${describeChange(change)}`] : [];
  });
}
