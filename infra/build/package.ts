import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { buildLambda, buildUserFields } from './build.ts';
import { buildCli } from './cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const LIBRARY_FOLDER = join(ROOT, 'lib');

/**
 * Builds the construct and its types for the npm package: CommonJS, which CommonJS and ES module
 * apps can import. The bundle finds the function because it is as deep as `infra/`.
 */
export async function buildLibrary(): Promise<void> {
  rmSync(LIBRARY_FOLDER, { recursive: true, force: true });
  await build({
    entryPoints: { index: join(ROOT, 'infra/construct/redis-enterprise-rotation.ts') },
    outdir: LIBRARY_FOLDER,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    define: { 'import.meta.dirname': '__dirname' },
  });
  writeFileSync(join(LIBRARY_FOLDER, 'package.json'), '{ "type": "commonjs" }\n');
  const { status } = spawnSync('tsc', ['--project', 'tsconfig.package.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('tsc did not write the types of the package');
}

/** Builds what the npm package contains. Returns esbuild's description of the function. */
export async function buildPackage(): Promise<Metafile> {
  const metafile = await buildLambda();
  await buildUserFields();
  await buildLibrary();
  await buildCli();
  return metafile;
}

if (import.meta.main) await buildPackage();
