import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MAX_LINES = 80;
const LINES = readFileSync('ARCHITECTURE.md', 'utf8').trimEnd().split('\n');

const FOLDERS = ['lambda', 'infra', 'cli', 'test'].flatMap((root) =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${root}/${name}/`),
);

/** Returns the folder that a table row describes, or '' for other lines. */
function folderOf(line: string): string {
  return /^\| `([^`]+\/)`/.exec(line)?.[1] ?? '';
}

/** Returns the paths in a line that do not exist, neither in the root nor in the row's folder. */
function missingPaths(line: string): string[] {
  const found = line.matchAll(/`([\w.-]+(?:\/[\w.-]+)*(?:\/|\.(?:ts|mjs|md|json)))`/g);
  const paths = [...found].map(([, path = '']) => path);
  return paths.filter((path) => !existsSync(path) && !existsSync(join(folderOf(line), path)));
}

test('ARCHITECTURE.md has under 80 lines', () => {
  expect(LINES.length).toBeLessThan(MAX_LINES);
});

test('ARCHITECTURE.md has exactly one table row for each folder', () => {
  const described = LINES.map(folderOf).filter((folder) => FOLDERS.includes(folder));
  expect(described.sort()).toEqual(FOLDERS.sort());
});

test('every file and folder that ARCHITECTURE.md names exists', () => {
  expect(LINES.flatMap(missingPaths)).toEqual([]);
});
