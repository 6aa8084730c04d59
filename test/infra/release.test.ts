import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildLambda } from '../../infra/build/build.ts';
import { bundledPackages } from '../../infra/build/bundled-packages.ts';
import { readBundledVersions } from '../../infra/build/bundled-versions.ts';
import { buildCli } from '../../infra/build/cli.ts';
import { writeChecksums, writeDeployment } from '../../infra/build/release.ts';
import { zipFolder } from '../../infra/build/zip.ts';
import { LAMBDA_FOLDER, USER_FIELDS_FOLDER } from '../../infra/lambda-folder.ts';

const TIMEOUT_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'release-'));
const built = join(folder, 'built');
const release = join(folder, 'release');
const again = join(folder, 'again');
let bundled: string[] = [];

beforeAll(async () => {
  const metafile = await buildLambda(built);
  bundled = bundledPackages(metafile);
  for (const one of [release, again]) {
    writeDeployment(one, metafile);
    writeChecksums(one);
  }
}, TIMEOUT_MS);

afterAll(() => rmSync(folder, { recursive: true }));

test('bundled-versions.json has what is bundled: review it, and run npm run build:versions', async () => {
  const cli = bundledPackages(await buildCli(join(folder, 'cli')));
  expect(readBundledVersions()).toEqual({ lambda: bundled, cli });
});

test('a release has the templates, and the zip files that the template of the function names', () => {
  const named = readFileSync(join(release, 'rotation.template.json'), 'utf8').match(/[\w-]+\.zip/g);
  expect(named).toHaveLength(2);
  expect(readdirSync(release).sort()).toEqual(
    [
      ...(named ?? []),
      'SHA256SUMS',
      'cluster.template.json',
      'function.cdx.json',
      'rotation.template.json',
      'user.template.json',
    ].sort(),
  );
});

const ZIPS: [start: string, from: string][] = [
  ['function-', LAMBDA_FOLDER],
  ['fields-', USER_FIELDS_FOLDER],
];

function readZip(start: string): Buffer {
  const [name = ''] = readdirSync(release).filter((one) => one.startsWith(start));
  return readFileSync(join(release, name));
}

test.each(ZIPS)('the zip file %s<hash> contains the files of its function', (start, from) => {
  const files = unzipSync(readZip(start));
  expect(Object.keys(files)).toEqual(readdirSync(from).sort());
  for (const [name, bytes] of Object.entries(files)) {
    expect(readFileSync(join(from, name)).equals(bytes), name).toBe(true);
  }
});

test.each(ZIPS)('every user can read the files of the zip file %s<hash>', (start, from) => {
  expect(modesOf(readZip(start))).toEqual(readdirSync(from).map(() => 0o100644));
});

/** Returns the mode of each file, from the directory at the end of a zip file. */
function modesOf(bytes: Buffer): number[] {
  const heads = bytes.toString('latin1').split('PK\u0001\u0002').slice(1);
  return heads.map((head) => Buffer.from(head, 'latin1').readUInt32LE(34) >>> 16);
}

test('the function loads on a machine without packages', () => {
  // The folder is outside the project, so that Node.js finds no package of the project.
  const files = readdirSync(built).filter((name) => name.endsWith('.mjs'));
  const script = 'for (const file of process.argv.slice(1)) await import(file)';
  const args = ['--input-type=module', '--eval', script, ...files.map((name) => join(built, name))];
  const env = { CLUSTERS_PATH: '/redis-enterprise/clusters', AWS_REGION: 'eu-west-1' };
  expect(() => execFileSync(process.execPath, args, { env, stdio: 'pipe' })).not.toThrow();
});

test('the same files make the same zip, at any time and in any time zone', () => {
  const script = `import { zipFolder } from './infra/build/zip.ts';
    process.stdout.write(zipFolder(process.argv[1]));`;
  const zipIn = (TZ: string) =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', script, built], {
      env: { ...process.env, TZ },
      maxBuffer: 2 ** 24,
    });
  const zip = zipFolder(built);
  for (const name of readdirSync(built)) utimesSync(join(built, name), 1, 1);
  for (const zone of ['Asia/Tokyo', 'America/Lima']) {
    expect(zipIn(zone).equals(zip), zone).toBe(true);
  }
});

test('the same functions make the same files and checksums', () => {
  expect(readdirSync(again)).toEqual(readdirSync(release));
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
