import { valueIn } from '../observation.ts';
import {
  type Change,
  isByFunction,
  isChange,
  isLive,
  type Recording,
  versionsOf,
} from '../record.ts';
import { addedPasswords, describeChange, isPasswordChange, isPut } from './password-changes.ts';

/** 3. Every password that the function put on a cluster belongs to a version with LIVE. */
export function leavesNoOrphan({ observations }: Recording): string[] {
  const ours = new Set<string>();
  return observations.filter(isChange).flatMap((change) => {
    if (!isByFunction(change)) {
      // If somebody else removes LIVE, the password is no longer the function's to track.
      for (const password of passwordsWithLiveRemoved(change)) ours.delete(password);
      return [];
    }
    if (isPasswordChange(change)) for (const one of addedPasswords(change)) ours.add(one);
    if (isPut(change)) return [];
    const live = versionsOf(change.after.secret).filter(isLive);
    const tracked = live.map((version) => valueIn(version)?.password);
    const orphans = Object.values(change.after.validPasswords)
      .flat()
      .filter((password) => ours.has(password) && !tracked.includes(password));
    return orphans.map(
      () => `a password belongs to no version with LIVE after ${describeChange(change)}`,
    );
  });
}

function passwordsWithLiveRemoved({ before, after }: Change): string[] {
  return versionsOf(before.secret).flatMap((version) => {
    const now = after.secret.versions.get(version.id);
    const isRemoved = isLive(version) && (now === undefined || !isLive(now));
    return isRemoved ? (valueIn(version)?.password ?? []) : [];
  });
}
