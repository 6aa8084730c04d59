import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildLibrary } from '../../infra/build/package.ts';
import { sourcesOf } from '../docs/documents.ts';
import { COMPILERS, createApp, JAVASCRIPT, PEERS, ROOT, run, TYPESCRIPT } from './package-app.ts';

const TIMEOUT_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'package-'));
const app = join(folder, 'app');
let tarball = '';

beforeAll(async () => {
  await buildLibrary();
  // The scripts would build the function again while other tests read it.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [packed] = JSON.parse(await run(ROOT, 'npm', ...pack));
  tarball = join(folder, packed.filename);
  await createApp(app, tarball);
}, TIMEOUT_MS);

afterAll(() => rmSync(folder, { recursive: true }));

test.each(['app.cjs', 'app.mjs'] as const)(
  'an app installs the package and synthesises: %s',
  async (file) => {
    writeFileSync(join(app, file), JAVASCRIPT[file]);
    const out = join(app, `${file}.out`);
    await run(app, process.execPath, file, out);
    const template = JSON.parse(readFileSync(join(out, 'Stack.template.json'), 'utf8'));
    const resources = Object.values(template.Resources) as { Type: string }[];
    const types = resources.map(({ Type }) => Type);
    expect(types).toEqual(
      expect.arrayContaining(['AWS::SecretsManager::RotationSchedule', 'AWS::Lambda::Function']),
    );
    const assets = readdirSync(out).filter((name) => name.startsWith('asset.'));
    const files = assets.flatMap((name) => readdirSync(join(out, name)));
    expect(files).toContain('index.mjs');
  },
  TIMEOUT_MS,
);

test(
  'an app with its own VPC, groups, key, boundary, stages and assertions works with the package',
  async () => {
    copyFileSync(join(import.meta.dirname, 'adopter-app.mjs'), join(app, 'adopter-app.mjs'));
    const out = join(app, 'adopter.out');
    await run(app, process.execPath, 'adopter-app.mjs', out);
    expect(readdirSync(out)).toEqual(
      expect.arrayContaining(['assembly-Test', 'assembly-Production']),
    );
  },
  TIMEOUT_MS,
);

test.each(Object.entries(COMPILERS))(
  'an app compiles with the types of the package, as an ES module and as CommonJS: %s',
  async (_, compiler) => {
    const files = ['app.mts', 'app.cts'];
    for (const file of files) writeFileSync(join(app, file), TYPESCRIPT);
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    };
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    await run(app, process.execPath, join(ROOT, 'node_modules', compiler), '--project', '.');
  },
  TIMEOUT_MS,
);

test(
  'an app runs the command of the package',
  async () => {
    const out = await run(app, join(app, 'node_modules/.bin/redis-enterprise-rotation'), '--help');
    expect(out).toMatch(/^usage: redis-enterprise-rotation <command>/);
  },
  TIMEOUT_MS,
);

test('the package that is packed again has the same bytes', async () => {
  const again = mkdtempSync(join(folder, 'again-'));
  utimesSync(join(ROOT, 'lib/index.js'), 1, 1);
  await run(ROOT, 'npm', 'pack', '--ignore-scripts', '--pack-destination', again);
  expect(readFileSync(join(again, basename(tarball))).equals(readFileSync(tarball))).toBe(true);
});

test('publint finds nothing in the package', async () => {
  await run(ROOT, join(ROOT, 'node_modules/.bin/publint'), '--strict', tarball);
});

const OTHER_FILES = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'lib/index.js',
  'lib/package.json',
  'package.json',
];

// The construct, and everything that it imports.
const SOURCES = [...sourcesOf('infra/construct/redis-enterprise-rotation.ts')];

const CHUNK = /^[\w-]+-[A-Z0-9]{8}\.mjs$/;

test('the package has only the construct, its types, the bundles and the docs', async () => {
  const listed = (await run(folder, 'tar', '-tzf', tarball)).trim().split('\n');
  const names = listed.map((name) => name.replace(/^package\//, ''));
  const bundled = names.filter((name) => name.startsWith('dist/'));
  expect(bundled.filter((name) => !CHUNK.test(basename(name))).sort()).toEqual([
    'dist/cli/LICENSES.txt',
    'dist/cli/main.mjs',
    'dist/lambda/LICENSES.txt',
    'dist/lambda/index.mjs',
    'dist/user-fields/index.cjs',
  ]);
  const docs = (await run(ROOT, 'git', 'ls-files', 'docs')).trim().split('\n');
  const types = SOURCES.map((path) => `lib/${path.replace(/\.ts$/, '.d.ts')}`);
  const others = names.filter((name) => !bundled.includes(name));
  expect(others.sort()).toEqual([...OTHER_FILES, ...types, ...docs].sort());
});

test('the package requires nothing except its peers and Node.js', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(manifest.dependencies).toBeUndefined();
  expect(Object.keys(manifest.peerDependencies)).toEqual(PEERS);
  const library = readFileSync(join(ROOT, 'lib/index.js'), 'utf8');
  const required = [...library.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name);
  for (const peer of PEERS) expect(library).toContain(`require("${peer}`);
  expect(required.filter((name) => !/^(aws-cdk-lib|constructs)(\/|$)|^node:/.test(name))).toEqual(
    [],
  );
});
