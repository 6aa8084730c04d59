import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { LAMBDA_FOLDER } from '../lambda-folder.ts';
import { licensesOf } from './licenses.ts';
import { NARROW } from './trim-bundle.ts';

// undici is CommonJS and asks for Node.js' modules with `require`, which an ES module lacks.
const BANNER =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** How the function is bundled, whatever is left out of it and however it is cut. */
export const BUNDLED = {
  banner: { js: BANNER },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
} as const;

/**
 * Bundles the function as small ES modules, which AWS Lambda loads as they are needed; what is in
 * them comes back.
 */
export async function buildLambda(folder = LAMBDA_FOLDER): Promise<Metafile> {
  // Source maps are for whoever reads a stack, and stay out of what is deployed.
  const mapsFolder = `${folder}-maps`;
  for (const one of [folder, mapsFolder]) rmSync(one, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: { index: join(import.meta.dirname, '../../lambda/index.ts') },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    ...BUNDLED,
    splitting: true,
    mainFields: ['module', 'main'],
    sourcemap: 'external',
    // The licences have a file of their own, whole.
    legalComments: 'none',
    metafile: true,
    plugins: [NARROW],
    // undici leaves its experimental parser out where this is defined, as for Node.js' own bundle.
    define: { esbuildDetection: 'true' },
  });
  await mkdir(mapsFolder, { recursive: true });
  const maps = Object.keys(metafile.outputs).filter((path) => path.endsWith('.map'));
  for (const path of maps) renameSync(path, join(mapsFolder, basename(path)));
  writeFileSync(join(folder, 'LICENSES.txt'), licensesOf(metafile));
  return metafile;
}

if (import.meta.main) {
  const { outputs } = await buildLambda();
  const modules = Object.entries(outputs).filter(([path]) => path.endsWith('.mjs'));
  const bytes = modules.reduce((sum, [, output]) => sum + output.bytes, 0);
  const size = `${modules.length} modules, ${Math.round(bytes / 1_000)} kB`;
  // The template alone goes to the standard output of cdk synth, which runs this.
  process.stderr.write(`dist/lambda: ${size}, and LICENSES.txt\n`);
}
