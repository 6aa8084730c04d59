import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Runs what a newcomer runs after `npm ci`: the demo, preflight with findings, and `cdk synth`.
const ROOT = join(import.meta.dirname, '../..');

/** Runs a command and returns its output. */
function run(command: string): string {
  process.stdout.write(`$ ${command}\n`);
  return execFileSync('bash', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
}

function expect(isTrue: boolean, promise: string): void {
  if (!isTrue) throw new Error(`not true for a newcomer: ${promise}`);
  process.stdout.write(`  ${promise}\n`);
}

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
expect(
  /npm ci && npm start/.test(readme) && /npm ci && npm test/.test(readme),
  'README has both commands',
);

const demo = JSON.parse(run('npm start --silent -- --json').trim().split('\n').at(-1) ?? '');
expect(demo.rejected === 0, 'no login is rejected in three rotations');
expect(demo.validPasswords === 1, 'one password is valid at the end');

const preflight = run('npm start --silent -- --scenario preflight');
const findings = preflight.match(/\bfail\b/g) ?? [];
expect(findings.length > 5, 'preflight names the checks that fail');
expect(/hint|put|set|check/i.test(preflight), 'preflight prints hints');

expect(run('npx cdk synth').startsWith('Resources:\n'), 'cdk synth prints only the template');
const template = join(ROOT, 'cdk.out/RedisEnterpriseRotation.template.json');
expect(existsSync(template), 'cdk synth writes the template');
expect(
  readFileSync(template, 'utf8').includes('AWS::SecretsManager::RotationSchedule'),
  'the template has a rotation schedule',
);
