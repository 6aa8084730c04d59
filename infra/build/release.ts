import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { LAMBDA_FOLDER } from '../lambda-folder.ts';
import { buildPackage } from './package.ts';
import { writeSbom } from './sbom.ts';
import { zipFolder } from './zip.ts';

const ROOT = join(import.meta.dirname, '../..');
const RELEASE_FOLDER = join(ROOT, 'dist/release');

/** Writes the files of a release beside the npm package: the function, and what is in it. */
export function writeFunction(folder: string, functionFolder: string, metafile: Metafile): void {
  writeFileSync(join(folder, 'function.zip'), zipFolder(functionFolder));
  writeSbom(metafile, join(folder, 'function.cdx.json'));
}

/** Writes SHA256SUMS for all files of a folder, as `sha256sum --check` reads it. */
export function writeChecksums(folder: string): void {
  const lines = readdirSync(folder)
    .sort()
    .map((name) => {
      const hash = createHash('sha256').update(readFileSync(join(folder, name)));
      return `${hash.digest('hex')}  ${name}\n`;
    });
  writeFileSync(join(folder, 'SHA256SUMS'), lines.join(''));
}

if (import.meta.main) {
  rmSync(RELEASE_FOLDER, { recursive: true, force: true });
  mkdirSync(RELEASE_FOLDER, { recursive: true });
  const metafile = await buildPackage();
  // The scripts would build the package again.
  const pack = ['pack', '--ignore-scripts', '--pack-destination', RELEASE_FOLDER];
  execFileSync('npm', pack, { cwd: ROOT, stdio: 'ignore' });
  writeFunction(RELEASE_FOLDER, LAMBDA_FOLDER, metafile);
  writeChecksums(RELEASE_FOLDER);
  process.stdout.write(readFileSync(join(RELEASE_FOLDER, 'SHA256SUMS')));
}
