import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleRotation } from '../infra/sample-app.ts';
import { say } from './report.ts';

// Uses the package in an app of `cdk init`, with its Jest and its TypeScript settings. The app is
// installed from npm's registry: `npm test` does not run this.
const ROOT = join(import.meta.dirname, '../..');

const STACK = `
import * as cdk from 'aws-cdk-lib';
import { Duration } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { RedisEnterpriseRotation } from 'redis-enterprise-rotation';

export class AppStack extends cdk.Stack {
  constructor(scope: Construct, id: string, props?: cdk.StackProps) {
    super(scope, id, props);
    ${sampleRotation('this')}
  }
}
`;

const TEST = `
import * as cdk from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppStack } from '../lib/app-stack';

test('the secret rotates', () => {
  const stack = new AppStack(new cdk.App(), 'App');
  Template.fromStack(stack).resourceCountIs('AWS::SecretsManager::RotationSchedule', 1);
});
`;

function run(cwd: string, command: string, ...args: string[]): boolean {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) say(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return status === 0;
}

const folder = mkdtempSync(join(tmpdir(), 'init-'));
const app = join(folder, 'app');
mkdirSync(app);
try {
  const cdk = join(ROOT, 'node_modules/.bin/cdk');
  if (!run(app, cdk, 'init', 'app', '--language', 'typescript')) {
    say('!!! cdk init failed, NOT CHECKED: the package in an app of its own');
    process.exitCode = 1;
  } else {
    const isPacked = run(ROOT, 'npm', 'pack', '--pack-destination', folder);
    const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    writeFileSync(join(app, 'lib/app-stack.ts'), STACK);
    writeFileSync(join(app, 'test/app.test.ts'), TEST);
    const isFit =
      isPacked &&
      run(app, 'npm', 'install', '--no-audit', join(folder, tarball)) &&
      run(app, 'npx', 'tsc', '--noEmit') &&
      run(app, 'npx', 'jest');
    say(`the package in an app of cdk init: ${isFit ? 'fits' : 'DOES NOT FIT'}`);
    process.exitCode = isFit ? 0 : 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
