import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLED } from '../../infra/build/build.ts';

/** Bundles the function into one file, with esbuild's defaults. */
export async function buildNaively(folder: string): Promise<void> {
  await build({
    ...BUNDLED,
    entryPoints: [join(import.meta.dirname, '../../lambda/index.ts')],
    outfile: join(folder, 'index.mjs'),
  });
}
