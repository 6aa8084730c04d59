import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FILES } from './files.ts';

// What neither the compiler nor the linter checks: sizes of files and lines, and words. The linter
// limits functions to 40 lines.
const LINE_MAX_CHARACTERS = 100;
const FILE_MAX_LINES = 150;

const SELF = 'test/code/style.test.ts';
const OTHERS = FILES.filter((path) => path !== SELF);
const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

test.each(FILES)('%s has at most 150 lines', (path) => {
  expect(linesOf(path).length).toBeLessThanOrEqual(FILE_MAX_LINES);
});

test.each(FILES)('%s has no line over 100 characters', (path) => {
  const long = linesOf(path).filter((line) => line.length > LINE_MAX_CHARACTERS);
  // A URL, the pattern of TLS errors, and the name of a test cannot be broken.
  const unbroken = /https?:\/\/|UNABLE_TO|^\s*(\)?\(|test)[^'"`]*['"`]/;
  expect(long.filter((line) => !unbroken.test(line))).toEqual([]);
});

const BANNED: [word: RegExp, instead: string][] = [
  [/\bTODO\b|\bFIXME\b|\bXXX\b/, 'do it, or open an issue'],
  [/rejectUnauthorized(?!: true)/, 'trust a CA: verification cannot be switched off'],
  [/@ts-(ignore|nocheck|expect-error)|biome-ignore/, 'fix what the tool found'],
  [/\bas any\b|: any[,;)>\]]/, 'name the type'],
  [/\b(test|it|describe)\.(only|skip|todo)\b/, 'let every test run'],
  [/toHaveBeenCalled|\bvi\.(mock|spyOn|fn)\b/, 'fake the server, not our modules'],
];

test.each(OTHERS)('%s has no banned code', (path) => {
  const text = readFileSync(path, 'utf8');
  for (const [word, instead] of BANNED) expect(text, instead).not.toMatch(word);
});

// Words that a reader would look up, and words that are never right here.
const FOREIGN_WORDS = [
  ...['lest', 'mend', 'mends', 'mended', 'mending', 'thrice', 'befall', 'befalls', 'befallen'],
  ...['whoever', 'hitherto', 'reckon', 'reckons', 'anew', 'afresh', 'thereof', 'but for'],
  ...['take off', 'takes off', 'taken off', 'by hand', 'of elsewhere'],
];
const FOREIGN = new RegExp(`\\b(${FOREIGN_WORDS.join('|')})\\b`, 'i');

test.each(OTHERS)('%s uses plain words', (path) => {
  expect(linesOf(path).filter((line) => FOREIGN.test(line))).toEqual([]);
});

test.each(
  FILES.filter((path) => /^(lambda|infra)\//.test(path) && path !== 'lambda/names.ts'),
)('%s does not repeat the name of the variable that switches TLS verification off', (path) => {
  expect(readFileSync(path, 'utf8'), 'use TLS_SWITCH').not.toMatch(/NODE_TLS_REJECT/);
});
