// Whether an underscore counts as special is documented nowhere, so that it does not do alone.
const TYPES = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_]/];

// "No more than three repeating characters" may mean in a row, or in all: both are kept.
const MOST_IN_ALL = 3;
const MOST_IN_A_ROW = 2;

/** Printable ASCII, without the space. */
export const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

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
  const isAllowed = (password: string) => isVaried(password) && !hasWord(password, banned);
  // Both ends first: the letters might be used up before the last one is drawn.
  let ends: string[] = [];
  let middle = '';
  for (const character of characters) {
    if (ends.length < 2) {
      if (/[A-Za-z]/.test(character) && !hasWord(character, banned)) ends.push(character);
      continue;
    }
    const [first = '', last = ''] = ends;
    if (isRare(character, middle + first + last) && isAllowed(first + middle + character)) {
      middle += character;
    }
    if (middle.length < length - 2) continue;
    const found = first + middle + last;
    if (isAllowed(found) && TYPES.every((type) => type.test(found))) return found;
    ends = [];
    middle = '';
  }
  return undefined;
}

/** What to do where there is no such password of a length without the excluded characters. */
export function complexRemedy(length: number, excludeCharacters: string): string {
  const left = PRINTABLE.filter((one) => !excludeCharacters.includes(one)).length;
  if (left * MOST_IN_ALL >= length) {
    return 'allow letters of both cases, digits, and a punctuation character such as "-"';
  }
  const needed = Math.ceil(length / MOST_IN_ALL);
  return `allow ${needed} characters or more, of which ${left} are left: each may stand thrice`;
}

function isRare(character: string, password: string): boolean {
  return password.split(character).length - 1 < MOST_IN_ALL;
}

function isVaried(password: string): boolean {
  return !password.endsWith(password.slice(-1).repeat(MOST_IN_A_ROW + 1));
}

function hasWord(password: string, banned: string[]): boolean {
  const lower = password.toLowerCase();
  return banned.some((word) => lower.includes(word));
}
