// Whether an underscore counts as special is documented nowhere, so that it does not do alone.
const TYPES = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_]/];

// "No more than three repeating characters" may mean in a row, or in all: both are kept.
const MOST_IN_ALL = 3;
const MOST_IN_A_ROW = 2;

/**
 * Picks from random characters, in their order, a password that satisfies the complexity rules of
 * every version of Redis Enterprise: each type of character, a letter at both ends (until 6.2.12),
 * little repetition, and none of the words forwards or backwards. Undefined: there is none in them.
 * https://redis.io/docs/latest/operate/rs/security/access-control/manage-passwords/password-complexity-rules/
 */
export function complexPassword(
  characters: string,
  length: number,
  words: readonly string[],
): string | undefined {
  const banned = words
    .map((word) => word.toLowerCase())
    .flatMap((word) => [word, [...word].reverse().join('')]);
  let password = '';
  for (const character of characters) {
    const longer = password + character;
    if (isAllowed(longer, length, banned)) password = longer;
    if (password.length < length) continue;
    const found = password;
    if (TYPES.every((type) => type.test(found))) return found;
    password = '';
  }
  return undefined;
}

/** Whether the last character may stand where it does. */
function isAllowed(password: string, length: number, banned: string[]): boolean {
  const last = password.slice(-1);
  const isEnd = password.length === 1 || password.length === length;
  if (isEnd && !/[A-Za-z]/.test(last)) return false;
  if (password.split(last).length - 1 > MOST_IN_ALL) return false;
  if (password.endsWith(last.repeat(MOST_IN_A_ROW + 1))) return false;
  return !banned.some((word) => password.toLowerCase().endsWith(word));
}
