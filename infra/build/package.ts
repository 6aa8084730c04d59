import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildLambda } from './build.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'lib');

/**
 * Makes what `npm pack` carries beside the function: the construct as CommonJS, with its types,
 * which apps of either kind can import. It lies as deep as the source does, so that it finds the
 * function.
 */
export async function buildLibrary(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  await build({
    entryPoints: { index: join(ROOT, 'infra/construct/redis-enterprise-rotation.ts') },
    outdir: FOLDER,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    define: { 'import.meta.dirname': '__dirname' },
  });
  writeFileSync(join(FOLDER, 'package.json'), '{ "type": "commonjs" }\n');
  const { status } = spawnSync('tsc', ['--project', 'tsconfig.package.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the types of the package were not written');
}

if (import.meta.main) {
  await buildLambda();
  await buildLibrary();
}
