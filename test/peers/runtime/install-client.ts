import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { absent, say } from '../report.ts';

const VERSION = '4.0.2';
// The compiled client stays here between runs.
const CACHE = join(import.meta.dirname, '../../../node_modules/.cache');
const FOLDER = join(CACHE, `aws-lambda-ric-${VERSION}`);
const CLIENT = 'node_modules/aws-lambda-ric/index.mjs';
// Compiling takes a minute on two cores, and longer on a busy machine.
const BUILD_MAX_MS = 20 * 60_000;

const WHAT = "the built function under AWS's runtime client";

/** Compiles AWS's runtime client at the first call; undefined if that fails. */
export function installRuntimeClient(): string | undefined {
  if (existsSync(join(FOLDER, CLIENT))) return join(FOLDER, CLIENT);
  for (const tool of ['cmake', 'g++', 'make']) {
    if (spawnSync(tool, ['--version']).status === 0) continue;
    absent(tool, WHAT, `apt-get install ${tool}`);
    return undefined;
  }
  say(`compiling aws-lambda-ric ${VERSION}, about a minute`);
  // Only a complete installation gets the final name.
  const folder = `${FOLDER}-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const install = ['install', '--loglevel=error', `aws-lambda-ric@${VERSION}`];
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH };
  const options = { cwd: folder, env, encoding: 'utf8', timeout: BUILD_MAX_MS } as const;
  const { status, stdout, stderr } = spawnSync('npm', install, options);
  if (status !== 0) {
    say(`${stdout}${stderr}`);
    rmSync(folder, { recursive: true });
    absent(`aws-lambda-ric ${VERSION}`, WHAT, 'read the output of npm above');
    return undefined;
  }
  renameSync(folder, FOLDER);
  return join(FOLDER, CLIENT);
}
