import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildCli } from '../../infra/build/cli.ts';
import { openWorld } from '../sandbox/world.ts';
import { startCli } from './run-cli.ts';
import { addSecrets, nameOf } from './twelve-secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
const main = join(folder, 'main.mjs');
let outputs: Metafile['outputs'] = {};

beforeAll(async () => {
  ({ outputs } = await buildCli(folder));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The Node.js of the tests, and the machine's own Node.js 20 or 22 if it has one. */
const NODES = [process.execPath, '/usr/bin/node', '/usr/local/bin/node'].filter(isUsable);

function isUsable(path: string): boolean {
  if (!existsSync(path)) return false;
  return Number(/\d+/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))) >= 20;
}

test.each(NODES)('the bundle runs on %s', async (node) => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world);
  const variables = world.environment;
  const help = await startCli(['--help'], { main, node }).ended;
  expect([help.code, help.err]).toEqual([0, '']);
  const status = await startCli(['status', '--errors'], { main, node, variables }).ended;
  expect([status.code, status.err]).toEqual([1, '']);
  expect(status.out).toContain('12 secrets: 7 fail, 3 warn, 2 ok.');
  const args = ['preflight', '--secret', nameOf('well')];
  const preflight = await startCli(args, { main, node, variables }).ended;
  expect([preflight.code, preflight.err]).toEqual([1, '']);
  const conformance = ['conformance', '--api', 'https://127.0.0.1:1', '--admin', 'me'];
  const refused = await startCli(conformance, {
    ...{ main, node, variables: { REDIS_ENTERPRISE_PASSWORD: 'x' } },
  }).ended;
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('ECONNREFUSED')]);
});

test('the bundle needs no package, and names the license of each one that it contains', () => {
  // Options of @redis/client load these packages. The commands do not use these options.
  const optional = ['@node-rs/xxhash', '@opentelemetry/api'];
  const builtin = (path: string) => builtinModules.includes(path.replace(/^node:/, ''));
  const outside = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external }) => external && !builtin(path))
    .map(({ path }) => path);
  expect(outside.filter((path) => !optional.includes(path))).toEqual([]);
  const licenses = readFileSync(join(folder, 'LICENSES.txt'), 'utf8');
  for (const name of ['@redis/client', '@aws-sdk/client-cloudwatch-logs', 'undici']) {
    expect(licenses).toMatch(new RegExp(`^${name} \\d.*\\(`, 'm'));
  }
});

test('the help loads no other module of the AWS SDK', () => {
  const loaded = new Set<string>();
  const load = (path: string) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    const imports = outputs[path]?.imports ?? [];
    for (const one of imports) if (one.kind === 'import-statement') load(one.path);
  };
  load(Object.keys(outputs).find((path) => path.endsWith('/main.mjs')) ?? '');
  const inputs = [...loaded].flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  expect(inputs).toContain('cli/main.ts');
  expect(inputs.filter((path) => path.includes('node_modules'))).toEqual([]);
});

test('the bundle has only modules and the licenses', () => {
  const others = readdirSync(folder).filter((name) => !name.endsWith('.mjs'));
  expect(others).toEqual(['LICENSES.txt']);
});
