import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { LAMBDA_FOLDER } from '../../infra/lambda-folder.ts';

const MAPS_FOLDER = join(LAMBDA_FOLDER, '../lambda-maps');
const ZIP_MAX_BYTES = 250_000;

const TEXT = readFileSync(join(LAMBDA_FOLDER, 'LICENSES.txt'), 'utf8');

// The source maps list the sources of the bundle independently of LICENSES.txt.
const MAPS = readdirSync(MAPS_FOLDER).map((name) => readFileSync(join(MAPS_FOLDER, name), 'utf8'));
const SOURCES: string[] = MAPS.flatMap((map) => JSON.parse(map).sources);
const PACKAGES = [
  ...new Set(SOURCES.flatMap((path) => /node_modules\/((@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])),
];

test.each(PACKAGES)('LICENSES.txt names %s with its version and license', (name) => {
  const manifest = readFileSync(join('node_modules', name, 'package.json'), 'utf8');
  const { version, license } = JSON.parse(manifest);
  expect(TEXT.split('\n')).toContain(`${name} ${version} (${license})`);
});

test('LICENSES.txt names no package that is not bundled', () => {
  const named = [...TEXT.matchAll(/^(\S+) \d+\.\d+\.\d+\S* \(.+\)$/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual([...PACKAGES].sort());
});

test('LICENSES.txt has each full text once', () => {
  const texts = TEXT.split(`\n${'-'.repeat(72)}\n\n`).slice(1);
  const bodies = texts.map((text) => text.replace(/^.*?\n\n/s, '').replace(/\s+/g, ' '));
  expect(new Set(bodies).size).toBe(bodies.length);
  const apacheEnd = /any such warranty or additional liability\./;
  const mitEnd = /OTHER DEALINGS IN THE SOFTWARE|WITH THE SOFTWARE OR/;
  const ends = new RegExp(`${apacheEnd.source}|${mitEnd.source}`);
  for (const body of bodies) expect(body).toMatch(ends);
});

test('the deployed files are small, including LICENSES.txt', () => {
  const sizes = readdirSync(LAMBDA_FOLDER).map((name) => {
    const path = join(LAMBDA_FOLDER, name);
    expect(statSync(path).isFile()).toBe(true);
    return deflateRawSync(readFileSync(path), { level: 9 }).length;
  });
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(ZIP_MAX_BYTES);
});
