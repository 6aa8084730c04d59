import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { ROOT, run } from './package-app.ts';

const TIMEOUT_MS = 60_000;

/** Returns the templates of versions-app.ts with aws-cdk-lib, or with the package of that name. */
async function templatesWith(library: string): Promise<unknown[]> {
  // In the project, so that the bundle finds its packages.
  const folder = mkdtempSync(join(ROOT, 'node_modules/.versions-'));
  try {
    const outfile = join(folder, 'app.cjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'versions-app.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      packages: 'external',
      alias: { 'aws-cdk-lib': library },
      define: { 'import.meta.dirname': JSON.stringify(join(ROOT, 'infra')) },
    });
    return JSON.parse(await run(ROOT, process.execPath, outfile));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test(
  'the oldest and the newest supported aws-cdk-lib make the same templates',
  async () => {
    const [oldest, newest] = await Promise.all([
      templatesWith('aws-cdk-lib-floor'),
      templatesWith('aws-cdk-lib'),
    ]);
    expect(oldest).toEqual(newest);
  },
  TIMEOUT_MS,
);
