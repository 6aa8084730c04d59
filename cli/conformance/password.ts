import { generateComplex, PRINTABLE } from '../../lambda/password/complexity.ts';

// As many characters as the function's own passwords have by default.
const LENGTH_CHARACTERS = 32;
// The rules allow a character three times: longer passwords need more different ones than these.
const PLAIN_MAX_CHARACTERS = 96;
// Everything but letters, digits, "-" and ".".
const NOT_PLAIN = PRINTABLE.filter((one) => !/[A-Za-z0-9.-]/.test(one)).join('');

/** How every user's name starts. */
export const PREFIX = 'rotation-conformance-';

/** What `GET /v1/cluster` answers. */
type ClusterFields = Record<string, unknown>;

/** A password that satisfies every reading of a cluster's rules; throws where there is none. */
export function newPassword({ password_min_length: minLength }: ClusterFields): string {
  const length = Math.max(LENGTH_CHARACTERS, Number(minLength ?? 0) || 0);
  const excluded = length > PLAIN_MAX_CHARACTERS ? '' : NOT_PLAIN;
  const found = generateComplex({ length, excluded, words: [PREFIX] });
  if (found !== undefined) return found;
  throw new Error(`no password satisfies the cluster's rules: password_min_length is ${length}`);
}

/** One that has a digit at its end, and nothing more often than before. */
export function passwordEndingInDigit(cluster: ClusterFields): string {
  const password = newPassword(cluster);
  const at = password.search(/\d/);
  const digit = password.charAt(at);
  return `${password.slice(0, at)}${password.slice(-1)}${password.slice(at + 1, -1)}${digit}`;
}

/** One in which a character stands too often in all, and never more than three times in a row. */
export function repeatingPassword(cluster: ClusterFields): string {
  return `${newPassword(cluster)}qAqBqCqDq`;
}
