import { generateComplex, PRINTABLE } from '../../../lambda/password/complexity.ts';

// The default length of the function's own passwords.
const LENGTH_CHARACTERS = 32;
// Each character may occur three times: these characters do not suffice for longer passwords.
const PLAIN_MAX_CHARACTERS = 96;
// Everything except letters, digits, "-" and ".".
const NOT_PLAIN = PRINTABLE.filter((character) => !/[A-Za-z0-9.-]/.test(character)).join('');

/** The beginning of every test user's name. */
export const PREFIX = 'rotation-conformance-';

/** The fields of `GET /v1/cluster`. */
type ClusterFields = Record<string, unknown>;

/** Returns a password that satisfies every reading of a cluster's rules. */
export function newPassword({ password_min_length: minLength }: ClusterFields): string {
  const length = Math.max(LENGTH_CHARACTERS, Number(minLength ?? 0) || 0);
  const excluded = length > PLAIN_MAX_CHARACTERS ? '' : NOT_PLAIN;
  const found = generateComplex({ length, excluded, words: [PREFIX] });
  if (found !== undefined) return found;
  throw new Error(`no password satisfies the cluster's rules: password_min_length is ${length}`);
}

/** Moves a digit to the end of a new password. */
export function passwordEndingInDigit(cluster: ClusterFields): string {
  const password = newPassword(cluster);
  const at = password.search(/\d/);
  const digit = password.charAt(at);
  return `${password.slice(0, at)}${password.slice(-1)}${password.slice(at + 1, -1)}${digit}`;
}

/** Returns a password that repeats a character more than three times, but not in a row. */
export function repeatingPassword(cluster: ClusterFields): string {
  return `${newPassword(cluster)}qAqBqCqDq`;
}
