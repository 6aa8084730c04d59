import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { buildLambda } from './build.ts';
import { bundledPackages } from './bundled-packages.ts';
import { buildCli } from './cli.ts';

/** What the package contains of other packages, as `name@version`, for each folder of `dist/`. */
type Bundled = Record<string, string[]>;

const BUILDS: Record<string, (folder: string) => Promise<Metafile>> = {
  lambda: buildLambda,
  cli: buildCli,
};

const FILE = join(import.meta.dirname, 'bundled-versions.json');

/** Reads the versions that were reviewed. */
export function readBundledVersions(): Bundled {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** Builds every bundle in a temporary folder, and returns the versions that are in it. */
async function findBundledVersions(): Promise<Bundled> {
  const folder = mkdtempSync(join(tmpdir(), 'bundled-'));
  try {
    const bundled: Bundled = {};
    for (const [name, build] of Object.entries(BUILDS)) {
      bundled[name] = bundledPackages(await build(join(folder, name)));
    }
    return bundled;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  writeFileSync(FILE, `${JSON.stringify(await findBundledVersions(), undefined, 2)}\n`);
}
