import { randomInt } from 'node:crypto';

// An underscore may not count as special: Redis does not document the special characters.
const TYPES = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_]/];

// "No more than three repeating characters" may mean in a row, or in total: satisfy both.
const REPEATS_MAX = 3;
const THREE_IN_A_ROW = /(.)\1\1/;

// With the default settings the second draw satisfies the rules. If all draws fail, assume that no
// password exists.
const DRAWS_MAX = 2_000;

/** Printable ASCII, without the space. */
export const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

/** Returns a number from 0 to `max` - 1. */
type Random = (max: number) => number;

type Wanted = { length: number; excluded: string; words: readonly string[] };

/**
 * Draws a password that satisfies the complexity rules of every version of Redis Enterprise: each
 * type of character, a letter at both ends (required until 6.2.12), little repetition, and no word
 * of `words` forwards or backwards. Returns undefined if no such password exists.
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
  const bag = allowed.flatMap((one) => Array.from({ length: REPEATS_MAX }, () => one));
  for (let draw = 0; draw < DRAWS_MAX && bag.length >= length; draw += 1) {
    const drawn = shuffle(bag, random);
    const [first = '', last = ''] = drawn.filter((one) => /[A-Za-z]/.test(one));
    for (const end of [first, last]) drawn.splice(drawn.indexOf(end), 1);
    const password = [first, ...drawn.slice(0, length - 2), last].join('');
    const isComplex = password.length === length && TYPES.every((type) => type.test(password));
    if (isComplex && !THREE_IN_A_ROW.test(password) && !hasWord(password)) return password;
  }
  return undefined;
}

/** Draws a password for clusters without rules, with each type that `excluded` leaves. */
export function generateSimple({ length, excluded }: Pick<Wanted, 'length' | 'excluded'>): string {
  const allowed = PRINTABLE.filter((one) => !excluded.includes(one));
  const types = TYPES.filter((type) => allowed.some((one) => type.test(one)));
  for (;;) {
    const password = Array.from({ length }, () => allowed[randomInt(allowed.length)]).join('');
    if (types.every((type) => type.test(password))) return password;
  }
}

/** Shuffles by the algorithm of Fisher and Yates. */
function shuffle(characters: readonly string[], random: Random): string[] {
  const left = [...characters];
  return characters.flatMap(() => left.splice(random(left.length), 1));
}

/** Returns the hint for settings that leave no complex password of a length. */
export function complexityHint({ length, excluded }: Pick<Wanted, 'length' | 'excluded'>): string {
  const left = PRINTABLE.filter((one) => !excluded.includes(one)).length;
  if (left * REPEATS_MAX >= length) {
    return 'allow letters of both cases, digits, and a punctuation character such as "-"';
  }
  const needed = Math.ceil(length / REPEATS_MAX);
  return `allow ${needed} characters or more (now ${left}): a password uses each 3 times at most`;
}
