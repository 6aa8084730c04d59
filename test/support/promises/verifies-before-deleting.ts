import type { StoredSecret } from '../../sandbox/aws/secret-store.ts';
import { valueIn } from '../observation.ts';
import {
  type Change,
  changesByFunction,
  current,
  currentPassword,
  isLive,
  type Recording,
  readableScenes,
  scenesWithinDelay,
  versionsOf,
} from '../record.ts';
import { describeChange, isPasswordChange, removedPasswords } from './password-changes.ts';

/** 5. A deletion follows a verification of AWSCURRENT, and spares what a kept version holds. */
export function verifiesBeforeDeleting(recording: Recording): string[] {
  const deletions = changesByFunction(recording)
    .filter(isPasswordChange)
    .filter(({ method }) => method === 'DELETE');
  return deletions.flatMap((change) => {
    const deleted = removedPasswords(change);
    if (deleted.length === 0) return [];
    const scenes = scenesWithinDelay(change, recording);
    const isHeld = deleted.some((password) =>
      scenes.every(({ secret }) =>
        passwordsToKeep(secret, change.at, recording.username).includes(password),
      ),
    );
    const what = describeChange(change);
    return [
      ...(isHeld ? [`a password was deleted that a version still holds: ${what}`] : []),
      ...(isVerifiedBefore(change, recording)
        ? []
        : [`a password was deleted before AWSCURRENT was verified: ${what}`]),
    ];
  });
}

/** Returns the passwords of the versions that are in use or have not expired. */
function passwordsToKeep(
  secret: StoredSecret,
  at: number,
  username: string,
): (string | undefined)[] {
  const kept = versionsOf(secret).filter((version) => {
    const isInUse = version.stages.some((one) => /^AWS(CURRENT|PENDING)$/.test(one));
    const expiries = version.stages.map((label) => Number(/^EXPIRES-(\d+)-/.exec(label)?.[1] ?? 0));
    const expiry = Math.max(0, ...expiries);
    return isInUse || (isLive(version) && (expiry === 0 || expiry * 1_000 > at));
  });
  const values = kept.map(valueIn).filter((value) => value?.username === username);
  return values.map((value) => value?.password);
}

/** Returns whether an invocation of the change verified AWSCURRENT on every cluster before it. */
function isVerifiedBefore(change: Change, recording: Recording): boolean {
  const { observations, username } = recording;
  const until = observations.slice(0, observations.indexOf(change));
  const began = until.findIndex(
    (one) => one.what === 'began' && change.invocations.includes(one.invocations[0] ?? 0),
  );
  const since = until.slice(began);
  const passwords = readableScenes(change, recording).map(currentPassword);
  const names = Object.keys(change.before.validPasswords);
  const { clusters = names, host, endpoints } = valueIn(current(change.before)) ?? {};
  // If the value names a database, the login of the DELETE request itself verifies nothing.
  const hasDatabase = host !== undefined || endpoints !== undefined;
  return clusters.every((cluster) =>
    since.some(
      (one) =>
        one.what === 'login' &&
        one.isAccepted &&
        (one.via === 'database' || !hasDatabase) &&
        one.cluster === cluster &&
        one.user === username &&
        one.invocations.some((id) => change.invocations.includes(id)) &&
        passwords.includes(one.password),
    ),
  );
}
