import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';

// Earlier than ZIP's first year, which is 1980, is invalid. ZIP has local times without a zone.
const MODIFIED = new Date(1980, 0, 1);
const UNIX = 3;
// AWS Lambda runs the function as another user, who must be able to read the files.
const READABLE = 0o100644 << 16;

/** Zips the files of a folder. The same files make the same bytes, on every machine. */
export function zipFolder(folder: string): Uint8Array {
  const names = readdirSync(folder).sort();
  const entries: Zippable = Object.fromEntries(
    names.map((name) => [name, readFileSync(join(folder, name))]),
  );
  return zipSync(entries, { level: 9, mtime: MODIFIED, os: UNIX, attrs: READABLE });
}
