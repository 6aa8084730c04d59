import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Metafile } from 'esbuild';

// A zip file has two headers for each file, and one record at its end.
const HEADERS_BYTES = 30 + 46;
const END_BYTES = 22;

/** Returns the bytes of a folder's zip file with the strongest compression, as the CDK makes it. */
export function zipBytes(folder: string): number {
  const files = readdirSync(folder).map((file) => {
    const content = deflateRawSync(readFileSync(join(folder, file)), { level: 9 });
    return content.length + HEADERS_BYTES + 2 * Buffer.byteLength(file);
  });
  return files.reduce((sum, bytes) => sum + bytes, END_BYTES);
}

/** Returns the bundled bytes of each package; `lambda` is the function's own code. */
export function bytesByPackage({ outputs }: Metafile): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const [, name = 'lambda'] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return new Map([...bytes].filter(([, size]) => size > 0).sort(([, a], [, b]) => b - a));
}
