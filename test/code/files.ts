import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Returns the TypeScript files below a folder. */
export function filesBelow(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
}

/** The pages of the documentation, and the script of CI. */
export const PAGES = [
  ...readdirSync('.').filter((name) => name.endsWith('.md')),
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  '.ci/run',
];

export const FILES = ['lambda', 'infra', 'cli', 'test'].flatMap(filesBelow);
