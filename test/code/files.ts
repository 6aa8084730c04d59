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

export const FILES = ['lambda', 'infra', 'cli', 'test'].flatMap(filesBelow);
