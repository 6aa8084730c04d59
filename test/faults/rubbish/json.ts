import fc from 'fast-check';

/** A part of much rubbish that no message may contain. It is invalid as a name or host. */
export const CANARY = 'Canary "of" the <rubbish>';

// Too deep for recursive code, and within a secret's 64 KiB.
const DEPTH_MAX = 30_000;
// More than the limits of a secret's value and of a reply to a change.
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

/** Text that a person, a bug or an attacker may write. */
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

// Keys that JavaScript itself reads.
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

/** JSON of any type, as text. JavaScript cannot represent all of it. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NASTY_JSON) },
  { weight: 3, arbitrary: fc.constantFrom(...NASTY_OBJECTS) },
  { weight: 3, arbitrary: hostileText.map((text) => JSON.stringify(text)) },
  { weight: 2, arbitrary: fc.jsonValue().map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: nested },
);

/** The new JSON of one field of an object; undefined removes the field. */
type Edit = { key: string; text: string | undefined };

/** Edits mostly of the fields in `keys`, and sometimes of other fields. */
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

/** Returns the JSON of an object with its edits. A field may occur twice. */
export function edited(base: object, edits: Edit[]): string {
  const changed = edits.map(({ key }) => key);
  const kept = Object.entries(base)
    .filter(([key, value]) => value !== undefined && !changed.includes(key))
    .map(([key, value]) => ({ key, text: JSON.stringify(value) }));
  const fields = [...kept, ...edits].filter(({ text }) => text !== undefined);
  return `{${fields.map(({ key, text }) => `${JSON.stringify(key)}:${text}`).join()}}`;
}

/** Ways to mangle a text as a whole. Most leave it unchanged. */
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
