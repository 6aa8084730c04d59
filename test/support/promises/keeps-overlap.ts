import { valueIn } from '../observation.ts';
import {
  type Change,
  current,
  currentPassword,
  isByFunction,
  isByStep,
  isChange,
  isLive,
  type Recording,
  versionsOf,
} from '../record.ts';
import { describeChange, isPasswordChange, isPut, removedPasswords } from './password-changes.ts';

type Replaced = { password: string | undefined; elapsed: number };

/** 2. A password that was AWSCURRENT stays valid for the overlap after it was replaced. */
export function keepsOverlap(recording: Recording): string[] {
  const replaced: Replaced[] = [];
  const tampered = new Set<string | undefined>();
  return recording.observations.filter(isChange).flatMap((change) => {
    const { before, after, elapsed } = change;
    const isReplaced = currentPassword(before) !== currentPassword(after);
    // The function cannot protect a password that others set and replaced before it ran.
    const isKnown = isByFunction(change) || isLive(current(before));
    if (isReplaced && isKnown && !isByStep(recording, change, 'replaceAll')) {
      replaced.push({ password: currentPassword(before), elapsed });
    }
    // An EXPIRES label that somebody else sets shortens the overlap of its version.
    if (!isByFunction(change)) for (const one of passwordsExpiredBy(change)) tampered.add(one);
    if (!isByFunction(change) || !isPasswordChange(change) || isPut(change)) return [];
    const tooEarly = removedPasswords(change).filter(
      (password) => !tampered.has(password) && isInOverlap(password, change, replaced, recording),
    );
    return tooEarly.map(() => `a password lost its overlap by ${describeChange(change)}`);
  });
}

function isInOverlap(
  password: string,
  { elapsed, staleReadsMs }: Change,
  replaced: Replaced[],
  { overlapMs }: Recording,
): boolean {
  return replaced.some(
    (one) =>
      one.password === password &&
      one.elapsed <= elapsed - staleReadsMs &&
      elapsed < one.elapsed + overlapMs,
  );
}

/** Returns the passwords of the versions that got an EXPIRES label in a change. */
function passwordsExpiredBy({ before, after }: Change): (string | undefined)[] {
  const versions = versionsOf(after.secret).filter(({ id, stages }) => {
    const had = before.secret.versions.get(id)?.stages ?? [];
    return stages.some((label) => label.startsWith('EXPIRES-') && !had.includes(label));
  });
  return versions.map((version) => valueIn(version)?.password);
}
