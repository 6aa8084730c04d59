import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLED } from '../../infra/build/build.ts';

/** The same code as one file, as a bundler makes it when it is told nothing else. */
export async function buildNaively(folder: string): Promise<void> {
  await build({
    ...BUNDLED,
    entryPoints: [join(import.meta.dirname, '../../lambda/index.ts')],
    outfile: join(folder, 'index.mjs'),
  });
}
