import { passwordsIn, valueIn } from '../observation.ts';
import { type Change, changesByFunction, isByStep, type Recording, versionsOf } from '../record.ts';
import { addedPasswords, describeChange } from './password-changes.ts';

/** 10. Neither reconcile nor replaceAll brings in a password that the function did not draw. */
export function bringsInOnlyItsOwn(recording: Recording): string[] {
  const drawn = new Set<string>();
  return changesByFunction(recording).flatMap((change) => {
    if (change.what === 'secret') for (const one of passwordsWritten(change)) drawn.add(one);
    if (change.what === 'secret' || isByStep(recording, change, 'setSecret')) return [];
    const foreign = addedPasswords(change).filter((password) => !drawn.has(password));
    return foreign.map(() => `a foreign password was brought in by ${describeChange(change)}`);
  });
}

/** Returns the new passwords: updateFields writes AWSCURRENT's again, which others may have set. */
function passwordsWritten({ before, after }: Change): string[] {
  const known = passwordsIn(before.secret);
  const written = versionsOf(after.secret).flatMap((version) => {
    const isNew = before.secret.versions.get(version.id)?.value === undefined;
    return isNew ? (valueIn(version)?.password ?? []) : [];
  });
  return written.filter((password) => !known.includes(password));
}
