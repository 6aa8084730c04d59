import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sampleRotation } from './sample-app.ts';

export const ROOT = join(import.meta.dirname, '../..');
export const PEERS = ['aws-cdk-lib', 'constructs'];

/** Returns the standard output of a command. Throws an error with all its output if it fails. */
export function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd }, (error, out, err) => {
      if (error === null) resolve(out);
      else reject(new Error(`${command} ${args.join(' ')}: ${out}${err}`));
    });
  });
}

/**
 * Creates an app that has the package in `vendor/`, as docs/deploy.md says, and installs it from
 * its lock file. The peers are those of this project.
 */
export async function createApp(folder: string, tarball: string): Promise<void> {
  const vendor = join(folder, 'vendor');
  mkdirSync(vendor, { recursive: true });
  copyFileSync(tarball, join(vendor, basename(tarball)));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', private: true }));
  const options = ['--offline', '--legacy-peer-deps', '--no-audit'];
  const packed = `./vendor/${basename(tarball)}`;
  await run(folder, 'npm', 'install', '--package-lock-only', ...options, packed);
  await run(folder, 'npm', 'ci', ...options);
  for (const peer of [...PEERS, '@types']) {
    symlinkSync(join(ROOT, 'node_modules', peer), join(folder, 'node_modules', peer));
  }
}

/** What an app imports besides CDK's core. */
export const SAMPLE_IMPORTS = `
import { Duration } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RedisEnterpriseRotation } from 'redis-enterprise-rotation';
`;

const IMPORTS = `import * as cdk from 'aws-cdk-lib';${SAMPLE_IMPORTS}`;

const REQUIRES = `
const cdk = require('aws-cdk-lib');
const { Duration } = cdk;
const { Secret } = require('aws-cdk-lib/aws-secretsmanager');
const { RedisEnterpriseRotation } = require('redis-enterprise-rotation');
`;

const BODY = `
const app = new cdk.App({ outdir: process.argv[2], analyticsReporting: false });
const stack = new cdk.Stack(app, 'Stack');
${sampleRotation('stack')}
app.synth();
`;

/** The files of the app: an ES module, and CommonJS. */
export const JAVASCRIPT = { 'app.mjs': IMPORTS + BODY, 'app.cjs': REQUIRES + BODY };

export const TYPESCRIPT = `
import type { AdoptUserProps, RedisEnterpriseRotationProps } from 'redis-enterprise-rotation';
${IMPORTS}
const props: RedisEnterpriseRotationProps = { clustersPath: '/redis' };
void props;
type IsAny<T> = 0 extends 1 & T ? true : false;
// The compiler takes a type that it cannot find for any type.
const isAny: IsAny<RedisEnterpriseRotationProps['alarmTopic']> = false;
const isAnyMetric: IsAny<ReturnType<RedisEnterpriseRotation['metric']>> = false;
void [isAny, isAnyMetric];
export const user: AdoptUserProps = { username: 'a', endpoints: [], schedule: 'c' };
${BODY}
`;

/** The compilers of supported versions, in node_modules. */
export const COMPILERS = {
  'TypeScript 5.0': 'typescript-5.0/lib/tsc.js',
  'TypeScript 5.9': 'typescript-5.9/lib/tsc.js',
  'TypeScript 6': 'typescript/lib/tsc.js',
  'TypeScript 7': '@typescript/native/bin/tsc',
};
