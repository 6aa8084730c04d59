import { randomInt } from 'node:crypto';
import { complexPassword } from '../../lambda/complex-password.ts';

// As many characters as the function's own passwords have by default.
const LENGTH_CHARACTERS = 32;
// The rules allow a character three times: longer passwords need more different ones than these.
const PLAIN_MAX_CHARACTERS = 96;
const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.';
// Everything of ASCII that can be seen: enough for 256 characters, the most a cluster asks for.
const WIDE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join('');

// So many random characters hold a password of any length that there can be, as a rule.
const DRAWN_CHARACTERS = 4_096;
// And where they do not, the next ones do: after so many draws there is none.
const DRAWS = 20;

/** How every user's name starts. */
export const PREFIX = 'rotation-conformance-';

/** What `GET /v1/cluster` answers. */
type ClusterFields = Record<string, unknown>;

/** A password that satisfies every reading of a cluster's rules; throws where there is none. */
export function newPassword({ password_min_length: minLength }: ClusterFields): string {
  const length = Math.max(LENGTH_CHARACTERS, Number(minLength ?? 0) || 0);
  const characters = length > PLAIN_MAX_CHARACTERS ? WIDE : PLAIN;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const drawn = Array.from(
      { length: DRAWN_CHARACTERS },
      () => characters[randomInt(characters.length)],
    );
    const found = complexPassword(drawn.join(''), length, [PREFIX]);
    if (found !== undefined) return found;
  }
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
