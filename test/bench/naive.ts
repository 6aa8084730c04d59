import { join } from 'node:path';
import { build } from 'esbuild';

/** The same code as one file, as a bundler makes it when it is told nothing. */
export async function buildNaively(folder: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, '../../lambda/index.ts')],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
}
