import fc from 'fast-check';

/** Stands in much of the rubbish, and may be echoed by nothing; no name or host can hold it. */
export const CANARY = 'Canary "of" the <rubbish>';

// Past what a recursion over it can bear, within a secret's 64 KiB.
const DEPTH_MAX = 30_000;
// Past a secret's value, and past a reply to a change.
const LONG_MAX_CHARACTERS = 70_000;

const NASTY_TEXTS = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  '\u0000',
  '\ud800',
  '\ufeff',
  'İ',
  '../../..',
  '%00%0d%0a',
  'a\r\nb: c',
  '-1',
  '1e9',
  '0x10',
  '९',
  '#{7*7}${',
  '$&$1$`',
];

/** Text of any kind, as a person, a bug or an attacker would put it. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(CANARY) },
  { weight: 4, arbitrary: fc.constantFrom(...NASTY_TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme' }) },
  { weight: 1, arbitrary: fc.nat(LONG_MAX_CHARACTERS).map((length) => 'x'.repeat(length)) },
);

const NASTY_JSON = [
  'null',
  'true',
  'false',
  '[]',
  '{}',
  '-0',
  '1e400',
  '1.5',
  '123456789012345678901234567890',
  '"\\ud800"',
  '"\\u0000"',
  '[null]',
  '[[]]',
];

// What an object is asked for behind its back.
const NASTY_OBJECTS = [
  '{"__proto__":{"password":"x"}}',
  '{"toString":1,"valueOf":1}',
  '{"toJSON":1}',
  '{"then":1}',
  '{"length":4294967296}',
  '{"constructor":{"prototype":null}}',
];

const nested = fc
  .tuple(fc.nat(DEPTH_MAX), fc.boolean())
  .map(([depth, isList]) =>
    isList
      ? `${'['.repeat(depth)}${']'.repeat(depth)}`
      : `${'{"a":'.repeat(depth / 3)}1${'}'.repeat(depth / 3)}`,
  );

/** JSON of any type, as text: what it says need not fit into JavaScript. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NASTY_JSON) },
  { weight: 3, arbitrary: fc.constantFrom(...NASTY_OBJECTS) },
  { weight: 3, arbitrary: hostileText.map((text) => JSON.stringify(text)) },
  { weight: 2, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: nested },
);

/** What becomes of one field of an object; undefined: it is left out. */
export type Edit = { key: string; text: string | undefined };

/** Edits of some fields, and now and then of others. */
export function editsOf(keys: readonly string[]): fc.Arbitrary<Edit[]> {
  const key = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...keys) },
    { weight: 1, arbitrary: hostileText },
  );
  const text = fc.oneof(
    { weight: 5, arbitrary: hostileJson },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  return fc.array(fc.record({ key, text }), { maxLength: 3 });
}

/** The JSON of an object with its edits, where a field may well stand twice. */
export function edited(base: object, edits: Edit[]): string {
  const changed = edits.map(({ key }) => key);
  const kept = Object.entries(base)
    .filter(([key, value]) => value !== undefined && !changed.includes(key))
    .map(([key, value]) => ({ key, text: JSON.stringify(value) }));
  const fields = [...kept, ...edits].filter(({ text }) => text !== undefined);
  return `{${fields.map(({ key, text }) => `${JSON.stringify(key)}:${text}`).join()}}`;
}

/** What is done to a text as a whole: mostly nothing. */
export const mangling: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 8, arbitrary: fc.constant((text: string) => text) },
  {
    weight: 1,
    arbitrary: fc
      .double({ min: 0, max: 1, noNaN: true })
      .map((part) => (text: string) => text.slice(0, part * text.length)),
  },
  { weight: 1, arbitrary: hostileText.map((prefix) => (text: string) => prefix + text) },
  { weight: 1, arbitrary: hostileJson.map((whole) => () => whole) },
);
