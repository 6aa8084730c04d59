import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { buildPackage } from './package.ts';
import { writeSbom } from './sbom.ts';
import { writeTemplates } from './templates.ts';

const ROOT = join(import.meta.dirname, '../..');
const RELEASE_FOLDER = join(ROOT, 'dist/release');

/**
 * Empties a folder, and writes the files of a release except the npm package: the templates, the
 * zip files that they name, and the list of the packages in the function.
 */
export function writeDeployment(folder: string, metafile: Metafile): void {
  writeTemplates(folder);
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
  const metafile = await buildPackage();
  writeDeployment(RELEASE_FOLDER, metafile);
  // The scripts would build the package again.
  const pack = ['pack', '--ignore-scripts', '--pack-destination', RELEASE_FOLDER];
  execFileSync('npm', pack, { cwd: ROOT, stdio: 'ignore' });
  writeChecksums(RELEASE_FOLDER);
  process.stdout.write(readFileSync(join(RELEASE_FOLDER, 'SHA256SUMS')));
}
