import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { LAMBDA_FOLDER, USER_FIELDS_FOLDER } from '../lambda-folder.ts';
import { licensesOf } from './licenses.ts';
import { TRIM_CREDENTIALS, TRIM_UNDICI } from './trim-bundle.ts';

// undici is CommonJS and loads Node.js modules with `require`, which an ES module does not have.
const BANNER =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** The esbuild options that every bundle shares. */
export const BUNDLED = {
  banner: { js: BANNER },
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
} as const;

/** Bundles the function as small ES modules, which AWS Lambda loads when it needs them. */
export async function buildLambda(folder = LAMBDA_FOLDER): Promise<Metafile> {
  // Source maps help to read a stack, and are not deployed.
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
    // LICENSES.txt has the full texts.
    legalComments: 'none',
    metafile: true,
    plugins: [TRIM_UNDICI, TRIM_CREDENTIALS],
    // The SDK imports the first only in browsers, the second only for calls that stream events.
    external: ['bowser', '@smithy/core/event-streams'],
    // With this constant, undici leaves out its experimental parser, as in Node.js's own bundle.
    define: { esbuildDetection: 'true' },
  });
  await mkdir(mapsFolder, { recursive: true });
  const maps = Object.keys(metafile.outputs).filter((path) => path.endsWith('.map'));
  for (const path of maps) renameSync(path, join(mapsFolder, basename(path)));
  writeFileSync(join(folder, 'LICENSES.txt'), licensesOf(metafile));
  return metafile;
}

/**
 * Bundles the handler of the users' fields without the AWS SDK, which Lambda's Node.js has: as
 * CommonJS, for which that SDK is on the module path.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
export async function buildUserFields(folder = USER_FIELDS_FOLDER): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: { index: join(import.meta.dirname, '../user-fields/index.ts') },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    external: ['@aws-sdk/*'],
  });
}

if (import.meta.main) {
  await buildUserFields();
  const { outputs } = await buildLambda();
  const modules = Object.entries(outputs).filter(([path]) => path.endsWith('.mjs'));
  const bytes = modules.reduce((sum, [, output]) => sum + output.bytes, 0);
  const size = `${modules.length} modules, ${Math.round(bytes / 1_000)} kB`;
  // `cdk synth` runs this, and its standard output must be the template only.
  process.stderr.write(`dist/lambda: ${size}, and LICENSES.txt\n`);
}
