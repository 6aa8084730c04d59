import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

// What no compiler checks: sizes, the direction of imports, and words that do not belong.
const LINE_MAX_CHARACTERS = 100;
const FILE_MAX_LINES = 150;
const FUNCTION_MAX_LINES = 45;
// The function's code is to be read in one sitting: without blank lines, comments and imports. The
// four steps and reconcile take about 1,500 of it; replaceAll, metrics, preflight and the versions
// of Redis Enterprise the rest.
const LAMBDA_MAX_LINES = 3_145;

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesBelow(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

const LAMBDA = filesBelow('lambda');
const INFRA = filesBelow('infra');
const TESTS = filesBelow('test');
const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

test.each([...LAMBDA, ...INFRA])('%s has no line over 100 characters', (path) => {
  const long = linesOf(path).filter((line) => line.length > LINE_MAX_CHARACTERS);
  // A pattern or an address cannot be broken; each is listed here with where it stands.
  expect(
    long.filter((line) => !/^ {2}\/\^\(UNABLE_TO|https:\/\/(redis\.io|docs\.aws)/.test(line)),
  ).toEqual([]);
});

test.each([...LAMBDA, ...INFRA])('%s is short, and so is every function in it', (path) => {
  const lines = linesOf(path);
  expect(lines.length).toBeLessThanOrEqual(FILE_MAX_LINES);
  let start = -1;
  for (const [index, line] of lines.entries()) {
    if (/^(export )?(async )?function /.test(line)) start = index;
    if (line !== '}' || start === -1) continue;
    expect(index - start + 1, lines[start]).toBeLessThanOrEqual(FUNCTION_MAX_LINES);
    start = -1;
  }
});

test('the function is read in one sitting', () => {
  const code = LAMBDA.flatMap((path) => {
    const text = readFileSync(path, 'utf8').replace(/^import [^;]*;$/gm, '');
    return text.split('\n').filter((line) => !/^\s*(\/\/|\/\*|\*|$)/.test(line));
  });
  expect(code.length).toBeLessThanOrEqual(LAMBDA_MAX_LINES);
});

/** The files of the project that a file imports. */
function importsOf(path: string): string[] {
  const found = readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g);
  return [...found].map(([, target = '']) => normalize(join(dirname(path), target)));
}

const isOperation = (path: string) => path.startsWith('lambda/operations/');
const name = (path: string) => path.replace('lambda/', '').replace('.ts', '');

test.each(LAMBDA)('%s imports only what lies below it', (path) => {
  for (const target of importsOf(path)) {
    expect(target, 'the function stands alone').toMatch(/^lambda\//);
    expect(name(target), 'only the entry imports the handler').not.toBe('index');
    if (name(target) === 'handler') expect(name(path)).toBe('index');
    if (name(target) === 'rotation') expect(name(path)).toBe('handler');
    if (isOperation(target)) expect(name(path)).toBe('rotation');
  }
});

test.each(INFRA)('%s takes nothing of the function but the names they share', (path) => {
  const ours = importsOf(path).filter((target) => !target.startsWith('infra/'));
  expect(ours.filter((target) => target !== 'lambda/names.ts')).toEqual([]);
});

test('what decides is pure: it imports nothing that acts', () => {
  const pure = ['staging', 'ledger', 'secret-value', 'accounts', 'cluster', 'rules', 'endpoint'];
  const acting = /^(secrets-manager|clusters|redis-auth|redis-enterprise|proof|handler|upkeep)/;
  for (const file of pure) {
    const text = readFileSync(`lambda/${file}.ts`, 'utf8').replace(/^import type .*$/gm, '');
    const targets = [...text.matchAll(/from '\.\/([^']+)'/g)].map(([, target = '']) => target);
    expect(
      targets.filter((target) => acting.test(target)),
      file,
    ).toEqual([]);
    expect(text, file).not.toMatch(/\basync\b|process\.|Date\.now/);
  }
});

test('only the entry and the handler know the process', () => {
  const knowing = LAMBDA.filter((path) => /process\.|console\./.test(readFileSync(path, 'utf8')));
  expect(knowing.map(name)).toEqual(['handler', 'index']);
});

const BANNED: [word: RegExp, instead: string][] = [
  [/\bTODO\b|\bFIXME\b|\bXXX\b/, 'do it, or open an issue'],
  [/rejectUnauthorized(?!: true)/, 'trust a CA: verification cannot be switched off'],
  [/@ts-(ignore|nocheck|expect-error)|biome-ignore/, 'mend what the tool found'],
  [/\bas any\b|: any\b/, 'name the type'],
  [/\b(test|it|describe)\.(only|skip|todo)\b/, 'let every test run'],
  [/toHaveBeenCalled|\bvi\.(mock|spyOn|fn)\b/, 'fake the server, not our modules'],
];

test.each(
  [...LAMBDA, ...INFRA].filter((path) => path !== 'lambda/names.ts'),
)('%s does not repeat the name of the variable that switches TLS verification off', (path) => {
  expect(readFileSync(path, 'utf8'), 'use TLS_SWITCH').not.toMatch(/NODE_TLS_REJECT/);
});

test.each(
  [...LAMBDA, ...INFRA, ...TESTS].filter((path) => path !== 'test/tidy.test.ts'),
)('%s has no banned word', (path) => {
  const text = readFileSync(path, 'utf8');
  for (const [word, instead] of BANNED) expect(text, instead).not.toMatch(word);
});
