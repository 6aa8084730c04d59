import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildLibrary } from '../../infra/build/package.ts';
import { sampleRotation } from './sample-app.ts';

const ROOT = join(import.meta.dirname, '../..');
const PEERS = ['aws-cdk-lib', 'constructs'];
const TIMEOUT_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'package-'));
let tarball = '';

function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd }, (error, out, err) => {
      if (error === null) resolve(out);
      else reject(new Error(`${command} ${args.join(' ')}: ${out}${err}`));
    });
  });
}

beforeAll(async () => {
  await buildLibrary();
  // Everything is built; the scripts would build the function again under other tests.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [packed] = JSON.parse(await run(ROOT, 'npm', ...pack));
  tarball = join(folder, packed.filename);
}, TIMEOUT_MS);

afterAll(() => rmSync(folder, { recursive: true }));

/** An app that has installed the package, and its peers from here. */
async function makeApp(name: string, type: 'commonjs' | 'module'): Promise<string> {
  const app = join(folder, name);
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name, type, private: true }));
  const install = ['install', '--offline', '--legacy-peer-deps', '--no-audit', tarball];
  await run(app, 'npm', ...install);
  for (const peer of [...PEERS, '@types']) {
    symlinkSync(join(ROOT, 'node_modules', peer), join(app, 'node_modules', peer));
  }
  return app;
}

const BODY = `
const app = new cdk.App({ outdir: 'cdk.out', analyticsReporting: false });
const stack = new cdk.Stack(app, 'Stack');
${sampleRotation('stack')}
app.synth();
`;

const IMPORTS = `
import * as cdk from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RedisEnterpriseRotation } from 'redis-enterprise-rotation';
`;

const REQUIRES = `
const cdk = require('aws-cdk-lib');
const { Secret } = require('aws-cdk-lib/aws-secretsmanager');
const { RedisEnterpriseRotation } = require('redis-enterprise-rotation');
`;

const APPS = [
  ['commonjs', REQUIRES],
  ['module', IMPORTS],
] as const;

test.each(APPS)(
  'an app of type %s installs the package, and synthesises',
  async (type, head) => {
    const app = await makeApp(`${type}-app`, type);
    writeFileSync(join(app, 'app.js'), head + BODY);
    await run(app, process.execPath, 'app.js');
    const template = JSON.parse(readFileSync(join(app, 'cdk.out/Stack.template.json'), 'utf8'));
    const resources = Object.values(template.Resources) as { Type: string }[];
    const types = resources.map(({ Type }) => Type);
    expect(types).toEqual(
      expect.arrayContaining(['AWS::SecretsManager::RotationSchedule', 'AWS::Lambda::Function']),
    );
    const out = join(app, 'cdk.out');
    const assets = readdirSync(out).filter((name) => name.startsWith('asset.'));
    const files = assets.flatMap((name) => readdirSync(join(out, name)));
    expect(files).toContain('index.mjs');
  },
  TIMEOUT_MS,
);

test.each(['commonjs', 'module'] as const)(
  'the types fit an app of type %s',
  async (type) => {
    const app = await makeApp(`${type}-types`, type);
    const props =
      "const props: RedisEnterpriseRotationProps = { clustersPath: '/redis' };\nvoid props;\n";
    const types =
      "import type { AdoptUserProps, RedisEnterpriseRotationProps } from 'redis-enterprise-rotation';\n";
    const user =
      "export const user: AdoptUserProps = { username: 'a', host: 'b', port: 1, schedule: 'c' };\n";
    writeFileSync(join(app, 'app.ts'), types + IMPORTS + props + user + BODY);
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
    };
    writeFileSync(
      join(app, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['app.ts'] }),
    );
    await run(app, join(ROOT, 'node_modules/.bin/tsc'), '--project', '.');
  },
  TIMEOUT_MS,
);

// All that the package carries, beside the function's own files and the docs.
const CARRIED = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'lib/index.js',
  'lib/package.json',
  'package.json',
];
// The types of what an app gives and gets, and of what those are made of.
const TYPES = [
  'added-secrets',
  'adopted-secret',
  'alarm-definitions',
  'alarms',
  'cluster-parameters',
  'clusters',
  'commands',
  'complete-arn',
  'cron',
  'dashboard',
  'host',
  'lambda-folder',
  'monitoring',
  'network',
  'policy-pages',
  'reconcile-schedule',
  'redis-enterprise-rotation',
  'rotation-function',
  'rotation-props',
  'schedule',
  'secret-access',
  'secret-props',
  'settings',
  'user-tag',
].map((name) => `lib/infra/${name}.d.ts`);

test('the package carries the construct, its types, the function and the docs, and nothing else', async () => {
  const listed = (await run(folder, 'tar', '-tzf', tarball)).trim().split('\n');
  const names = listed.map((name) => name.replace(/^package\//, ''));
  const ofFunction = names.filter((name) => name.startsWith('dist/lambda/'));
  const allowed = /^dist\/lambda\/(index\.mjs|LICENSES\.txt|[\w-]+-[A-Z0-9]{8}\.mjs)$/;
  expect(ofFunction.filter((name) => !allowed.test(name))).toEqual([]);
  expect(ofFunction).toEqual(
    expect.arrayContaining(['dist/lambda/index.mjs', 'dist/lambda/LICENSES.txt']),
  );
  const docs = (await run(ROOT, 'git', 'ls-files', 'docs')).trim().split('\n');
  const others = names.filter((name) => !ofFunction.includes(name));
  const wanted = [...CARRIED, ...TYPES, 'lib/lambda/environment.d.ts', ...docs];
  expect(others.sort()).toEqual(wanted.sort());
});

test('the package brings nothing along but its peers', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(manifest.dependencies).toBeUndefined();
  const library = readFileSync(join(ROOT, 'lib/index.js'), 'utf8');
  for (const peer of PEERS) expect(library).toContain(`require("${peer}`);
  expect(Object.keys(manifest.peerDependencies)).toEqual(PEERS);
});
