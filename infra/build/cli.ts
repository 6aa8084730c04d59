import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { BUNDLED } from './build.ts';
import { licensesOf } from './licenses.ts';
import { TRIM_UNDICI } from './trim-bundle.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The folder of the bundled commands, which package.json names in `bin`. */
export const CLI_FOLDER = join(ROOT, 'dist/cli');

// The oldest Node.js in `engines` of package.json.
const TARGET = 'node20';
const EXECUTABLE = 0o755;

/** Bundles the commands with the AWS SDK: a command loads only the modules that it needs. */
export async function buildCli(folder = CLI_FOLDER): Promise<Metafile> {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    ...BUNDLED,
    entryPoints: { main: join(ROOT, 'cli/main.ts') },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    target: TARGET,
    splitting: true,
    mainFields: ['module', 'main'],
    legalComments: 'none',
    metafile: true,
    plugins: [TRIM_UNDICI],
    define: { esbuildDetection: 'true' },
  });
  chmodSync(join(folder, 'main.mjs'), EXECUTABLE);
  writeFileSync(join(folder, 'LICENSES.txt'), licensesOf(metafile));
  return metafile;
}

if (import.meta.main) await buildCli();
