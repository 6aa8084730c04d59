import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateComplex, generateSimple } from '../../lambda/password/complexity.ts';
import { seeded } from '../faults/random.ts';
import { DEFAULT_EXCLUDED, PRINTABLE, PUNCTUATION, satisfiesAll } from './complexity-rules.ts';

// Every run draws the same values.
fc.configureGlobal({ seed: 20_261_125 });

const names = fc.stringMatching(/^[ -!#-%'-;=?-~]{1,40}$/).filter((name) => name.trim() !== '');
const emails = fc.oneof(fc.constant(''), fc.emailAddress());
const exclusions = fc.subarray(PRINTABLE).map((some) => some.join(''));

/** Generates a password as the function does, from a seed. */
function generate(
  excluded: string,
  length: number,
  words: string[],
  seed: number,
): string | undefined {
  const random = seeded(seed);
  return generateComplex({ length, excluded, words }, (max) => Math.floor(random() * max));
}

/** Returns whether enough characters of each type are allowed that no word contains. */
function mustExist(excluded: string, length: number, ...words: string[]): boolean {
  const taken = `${excluded}${words.join('').toLowerCase()}${words.join('').toUpperCase()}`;
  const left = PRINTABLE.filter((one) => !taken.includes(one));
  const types = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_]/];
  return left.length * 3 >= length + 9 && types.every((type) => left.some((one) => type.test(one)));
}

test('generateComplex keeps letters for both ends if few letters are allowed', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const excluded = PRINTABLE.filter((one) => !'aB0123456789-'.includes(one)).join('');
      expect(generate(excluded, 32, ['orders'], seed)).toBeDefined();
    }),
  );
});

test('generateComplex never draws the letter of a one-letter username', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      expect(generate('', 8, ['D'], seed)).toMatch(/^[^Dd]{8}$/);
    }),
  );
});

test('generateComplex draws every lowercase letter equally often', () => {
  const random = seeded(1);
  const wanted = { length: 16, excluded: DEFAULT_EXCLUDED, words: [] };
  const draw = () => generateComplex(wanted, (max) => Math.floor(random() * max));
  const counts = new Map<string, number>();
  for (let run = 0; run < 4_000; run += 1) {
    for (const one of draw()?.slice(1, -1) ?? '') counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  const letters = [...counts].filter(([one]) => /[a-z]/.test(one)).map(([, count]) => count);
  expect(letters).toHaveLength(26);
  const mean = letters.reduce((sum, count) => sum + count, 0) / letters.length;
  for (const count of letters) expect(Math.abs(count - mean) / mean).toBeLessThan(0.15);
});

test('generateSimple draws each type of character that is not excluded', () => {
  for (const excluded of ['', DEFAULT_EXCLUDED, PUNCTUATION.join('')]) {
    const password = generateSimple({ length: 16, excluded });
    expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{16}$/);
    expect([...password].some((one) => excluded.includes(one))).toBe(false);
  }
});

test('generateComplex satisfies every interpretation of the rules, or returns undefined', () => {
  fc.assert(
    fc.property(
      fc.record({ name: names, email: emails, excluded: exclusions }),
      fc.integer({ min: 8, max: 256 }),
      fc.integer(),
      ({ name, email, excluded }, length, seed) => {
        const password = generate(excluded, length, [name, email || name], seed);
        if (password === undefined) {
          expect(mustExist(excluded, length, name, email)).toBe(false);
          return;
        }
        expect(password).toHaveLength(length);
        expect([...excluded].filter((one) => password.includes(one))).toEqual([]);
        expect(satisfiesAll(password, length, { name, email })).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test('the default settings allow a password of up to 128 characters for every username', () => {
  fc.assert(
    fc.property(
      names.filter((name) => name.length > 1),
      emails,
      fc.integer({ min: 16, max: 128 }),
      fc.integer(),
      (name, email, length, seed) => {
        const words = [name, email || name];
        expect(generate(DEFAULT_EXCLUDED, length, words, seed)).toBeDefined();
      },
    ),
    { numRuns: 300 },
  );
});
