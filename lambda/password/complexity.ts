import { randomInt } from 'node:crypto';

// An underscore may not count as special: Redis documents no list of special characters.
const TYPES = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_]/];

// "No more than three repeating characters" may mean in a row, or in all: both are kept.
const MOST_IN_ALL = 3;
const THREE_IN_A_ROW = /(.)\1\1/;

// With the usual settings the second draw is right; so many leave no doubt that there is none.
const DRAWS_MAX = 2_000;

/** Printable ASCII, without the space. */
export const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

/** A number from 0 up to, and without, `max`. */
type Random = (max: number) => number;

/** What a password must be. */
type Wanted = { length: number; excluded: string; words: readonly string[] };

/**
 * Draws a password that satisfies the complexity rules of every version of Redis Enterprise: each
 * type of character, a letter at both ends (until 6.2.12), little repetition, and none of the words
 * forwards or backwards. Returns undefined if there is none.
 * https://redis.io/docs/latest/operate/rs/security/access-control/manage-passwords/password-complexity-rules/
 */
export function generateComplex(
  { length, excluded, words }: Wanted,
  random: Random = randomInt,
): string | undefined {
  const banned = words.flatMap((word) => [word, [...word].reverse().join('')]);
  const hasWord = (text: string) =>
    banned.some((word) => text.toLowerCase().includes(word.toLowerCase()));
  const allowed = PRINTABLE.filter((one) => !excluded.includes(one) && !hasWord(one));
  const bag = allowed.flatMap((one) => Array.from({ length: MOST_IN_ALL }, () => one));
  for (let draw = 0; draw < DRAWS_MAX && bag.length >= length; draw += 1) {
    const drawn = shuffle(bag, random);
    const [first = '', last = ''] = drawn.filter((one) => /[A-Za-z]/.test(one));
    for (const end of [first, last]) drawn.splice(drawn.indexOf(end), 1);
    const password = [first, ...drawn.slice(0, length - 2), last].join('');
    const isRight = password.length === length && TYPES.every((type) => type.test(password));
    if (isRight && !THREE_IN_A_ROW.test(password) && !hasWord(password)) return password;
  }
  return undefined;
}

/** Draws a password for clusters without rules, with each type that is not excluded as a whole. */
export function generateSimple({ length, excluded }: Wanted): string {
  const allowed = PRINTABLE.filter((one) => !excluded.includes(one));
  const types = TYPES.filter((type) => allowed.some((one) => type.test(one)));
  for (;;) {
    const password = Array.from({ length }, () => allowed[randomInt(allowed.length)]).join('');
    if (types.every((type) => type.test(password))) return password;
  }
}

/** Fisher and Yates' shuffle. */
function shuffle(characters: readonly string[], random: Random): string[] {
  const left = [...characters];
  return characters.flatMap(() => left.splice(random(left.length), 1));
}

/** What to do where there is no such password of a length without the excluded characters. */
export function complexityHint({ length, excluded }: Wanted): string {
  const left = PRINTABLE.filter((one) => !excluded.includes(one)).length;
  if (left * MOST_IN_ALL >= length) {
    return 'allow letters of both cases, digits, and a punctuation character such as "-"';
  }
  const needed = Math.ceil(length / MOST_IN_ALL);
  return `allow ${needed} characters or more, of which ${left} are left: each is used 3 times`;
}
