import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FILES, PAGES } from './files.ts';

// What neither the compiler nor the linter checks: sizes of files and lines, and words. The linter
// limits functions to 40 lines.
const LINE_MAX_CHARACTERS = 100;
const FILE_MAX_LINES = 150;

const SELF = 'test/code/style.test.ts';

/** Returns the lines of all files that match, with the file's path. */
function findLines(files: string[], isFound: (line: string) => boolean): string[] {
  return files.flatMap((path) =>
    linesOf(path).flatMap((line, at) => (isFound(line) ? [`${path}:${at + 1} ${line}`] : [])),
  );
}

function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

test('a file has at most 150 lines', () => {
  expect(FILES.length).toBeGreaterThan(200);
  expect(FILES.filter((path) => linesOf(path).length > FILE_MAX_LINES)).toEqual([]);
});

test('a line has at most 100 characters', () => {
  // A URL, the pattern of TLS errors, and the name of a test cannot be broken.
  const unbroken = /https?:\/\/|UNABLE_TO|^\s*(\)?\(|test)[^'"`]*['"`]/;
  const isLong = (line: string) => line.length > LINE_MAX_CHARACTERS && !unbroken.test(line);
  expect(findLines(FILES, isLong)).toEqual([]);
});

const BANNED: [word: RegExp, instead: string][] = [
  [/\bTODO\b|\bFIXME\b|\bXXX\b/, 'do it, or open an issue'],
  [/rejectUnauthorized(?!: true)/, 'trust a CA: verification cannot be switched off'],
  [/@ts-(ignore|nocheck|expect-error)|biome-ignore/, 'fix what the tool found'],
  [/\bas any\b|: any[,;)>\]]/, 'name the type'],
  [/\b(test|it|describe)\.(only|skip|todo)\b/, 'let every test run'],
  [/toHaveBeenCalled|\bvi\.(mock|spyOn|fn)\b/, 'fake the server, not our modules'],
];

test.each(BANNED)('no file has %s: %s', (word) => {
  const others = FILES.filter((path) => path !== SELF);
  expect(findLines(others, (line) => word.test(line))).toEqual([]);
});

// Words that a reader would look up, and words that are never right here.
const FOREIGN_WORDS = [
  ...['lest', 'mend', 'mends', 'mended', 'mending', 'thrice', 'befall', 'befalls', 'befallen'],
  ...['whoever', 'hitherto', 'reckon', 'reckons', 'anew', 'afresh', 'thereof', 'but for'],
  ...['take off', 'takes off', 'taken off', 'by hand', 'of elsewhere'],
];

test('code, comments and pages use plain words', () => {
  const foreign = new RegExp(`\\b(${FOREIGN_WORDS.join('|')})\\b`, 'i');
  const others = [...FILES, ...PAGES].filter((path) => path !== SELF);
  expect(findLines(others, (line) => foreign.test(line))).toEqual([]);
});

test('only names.ts has the name of the variable that switches TLS verification off', () => {
  const users = FILES.filter((path) => /^(lambda|infra|cli)\//.test(path));
  const found = users.filter((path) => /NODE_TLS_REJECT/.test(readFileSync(path, 'utf8')));
  expect(found).toEqual(['lambda/names.ts']);
});
