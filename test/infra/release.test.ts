import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildLambda } from '../../infra/build/build.ts';
import { bundledPackages } from '../../infra/build/bundled-packages.ts';
import { readBundledVersions } from '../../infra/build/bundled-versions.ts';
import { buildCli } from '../../infra/build/cli.ts';
import { writeChecksums, writeFunction } from '../../infra/build/release.ts';

const TIMEOUT_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'release-'));
const built = join(folder, 'built');
const release = join(folder, 'release');
const again = join(folder, 'again');
const zip = join(release, 'function.zip');
let bundled: string[] = [];

beforeAll(async () => {
  const metafile = await buildLambda(built);
  bundled = bundledPackages(metafile);
  for (const one of [release, again]) {
    mkdirSync(one);
    writeFunction(one, built, metafile);
    writeChecksums(one);
  }
}, TIMEOUT_MS);

afterAll(() => rmSync(folder, { recursive: true }));

test('bundled-versions.json has what is bundled: review it, and run npm run build:versions', async () => {
  const cli = bundledPackages(await buildCli(join(folder, 'cli')));
  expect(readBundledVersions()).toEqual({ lambda: bundled, cli });
});

test('function.zip contains the files of the function', () => {
  const files = unzipSync(readFileSync(zip));
  expect(Object.keys(files)).toEqual(readdirSync(built).sort());
  for (const [name, bytes] of Object.entries(files)) {
    expect(readFileSync(join(built, name)).equals(bytes), name).toBe(true);
  }
});

test('every user can read the files of function.zip', () => {
  expect(modesOf(readFileSync(zip))).toEqual(readdirSync(built).map(() => 0o100644));
});

/** Returns the mode of each file, from the directory at the end of a zip file. */
function modesOf(bytes: Buffer): number[] {
  const heads = bytes.toString('latin1').split('PK\u0001\u0002').slice(1);
  return heads.map((head) => Buffer.from(head, 'latin1').readUInt32LE(34) >>> 16);
}

test('the same files make the same zip, at any time and in any time zone', () => {
  const script = `import { zipFolder } from './infra/build/zip.ts';
    process.stdout.write(zipFolder(process.argv[1]));`;
  const zipIn = (TZ: string) =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', script, built], {
      env: { ...process.env, TZ },
      maxBuffer: 2 ** 24,
    });
  for (const name of readdirSync(built)) utimesSync(join(built, name), 1, 1);
  for (const zone of ['Asia/Tokyo', 'America/Lima']) {
    expect(zipIn(zone).equals(readFileSync(zip)), zone).toBe(true);
  }
});

test('the same function makes the same SBOM and checksums', () => {
  for (const name of readdirSync(release)) {
    expect(readFileSync(join(again, name), 'utf8')).toBe(readFileSync(join(release, name), 'utf8'));
  }
});

test('the SBOM lists exactly the packages that are bundled', () => {
  const sbom = JSON.parse(readFileSync(join(release, 'function.cdx.json'), 'utf8'));
  expect(sbom.bomFormat).toBe('CycloneDX');
  type Component = { group?: string; name: string; version: string };
  const listed = sbom.components.map(({ group, name, version }: Component) =>
    [group, `${name}@${version}`].filter(Boolean).join('/'),
  );
  expect(listed.sort()).toEqual(bundled);
});

test('SHA256SUMS has every other file of a release', () => {
  const sums = readFileSync(join(release, 'SHA256SUMS'), 'utf8');
  const names = readdirSync(release).filter((name) => name !== 'SHA256SUMS');
  const lines = names.map((name) => {
    const bytes = readFileSync(join(release, name));
    return `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`;
  });
  expect(sums.match(/.*\n/g)?.sort()).toEqual(lines.sort());
});
