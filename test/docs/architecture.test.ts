import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const TEXT = readFileSync('ARCHITECTURE.md', 'utf8');
const MAX_LINES = 80;

// Files and folders, in backquotes or in the line that shows the way of an event.
const NAMED = new Set(TEXT.match(/[\w-]+(\/[\w.-]+)*(\.(ts|md)\b|\/(?=`| |,))/g));
const FOLDERS = ['lambda', 'lambda/redis-enterprise'];

const LAMBDA = readdirSync('lambda', { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
);

test.each(LAMBDA)('ARCHITECTURE.md names %s, or the folder that it is in', (path) => {
  const names = [path, basename(path), `${dirname(path)}/`];
  expect(names.filter((name) => NAMED.has(name))).not.toEqual([]);
});

test.each([...NAMED])('%s, which ARCHITECTURE.md names, is there', (path) => {
  expect(['.', ...FOLDERS].map((folder) => join(folder, path)).filter(existsSync)).not.toEqual([]);
});

test('ARCHITECTURE.md is read at once', () => {
  expect(TEXT.trimEnd().split('\n').length).toBeLessThan(MAX_LINES);
});
