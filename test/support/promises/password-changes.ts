import type { Observation } from '../observation.ts';
import { type Change, isChange } from '../record.ts';

/** A change of the user's passwords on a cluster. */
type PasswordChange = Extract<Observation, { what: 'passwords' }>;

export const isPasswordChange = (one: Observation): one is PasswordChange =>
  isChange(one) && one.what === 'passwords';

/** Returns whether a change is a PUT. A delayed PUT may apply after its invocation has ended. */
export const isPut = (change: Change) => isPasswordChange(change) && change.method === 'PUT';

export function removedPasswords({ before, after }: Change): string[] {
  return Object.entries(before.validPasswords).flatMap(([cluster, list]) =>
    list.filter((password) => !after.validPasswords[cluster]?.includes(password)),
  );
}

export const addedPasswords = ({ before, after, ...change }: Change): string[] =>
  removedPasswords({ ...change, before: after, after: before });

export function describeChange(change: Change): string {
  if (change.what === 'passwords') return `a change of passwords on ${change.cluster}`;
  return 'a change of labels';
}
