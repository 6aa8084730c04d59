import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');
const TOOL = join(ROOT, 'node_modules/.bin/cyclonedx-esbuild');

/**
 * Writes a CycloneDX file with the packages that are in a bundle. The packages that the project
 * installs are many more: `npm sbom` would list those.
 */
export function writeSbom(metafile: Metafile, path: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
  try {
    const description = join(folder, 'metafile.json');
    writeFileSync(description, JSON.stringify(withoutReplacements(metafile)));
    const options = ['--output-reproducible', '--build-working-dir', ROOT, '--output-file', path];
    execFileSync(TOOL, [...options, description], { stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Removes what the build puts in the place of unused modules: such a path has a namespace. */
function withoutReplacements({ inputs, outputs }: Metafile): Metafile {
  const keptInputs = Object.entries(filesOf(inputs)).map(([path, input]) => {
    const imports = input.imports.filter((one) => isFile(one.path));
    return [path, { ...input, imports }] as const;
  });
  const keptOutputs = Object.entries(outputs).map(
    ([path, output]) => [path, { ...output, inputs: filesOf(output.inputs) }] as const,
  );
  return { inputs: Object.fromEntries(keptInputs), outputs: Object.fromEntries(keptOutputs) };
}

function isFile(path: string): boolean {
  return !path.includes(':');
}

function filesOf<T>(byPath: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(byPath).filter(([path]) => isFile(path)));
}
