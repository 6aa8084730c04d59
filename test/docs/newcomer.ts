import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The way of a newcomer, in a clone in an empty folder: the first command of README, a preflight
// that fails and says what to do, and the template of the sample deployment. The second command,
// `npm ci && npm test`, is left to whoever runs this.
const folder = join(mkdtempSync(join(tmpdir(), 'newcomer-')), 'project');

/** Runs a command as a reader would paste it, and gives what it prints. */
function run(command: string): string {
  process.stdout.write(`$ ${command}\n`);
  return execFileSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
}

function expect(isTrue: boolean, promise: string): void {
  if (!isTrue) throw new Error(`a newcomer does not see that ${promise}`);
  process.stdout.write(`  ${promise}\n`);
}

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
expect(/npm ci && npm start/.test(readme) && /npm ci && npm test/.test(readme), 'README has both');

const source = join(import.meta.dirname, '../..');
execFileSync('git', ['clone', '--quiet', source, folder]);
try {
  const demo = JSON.parse(
    run('npm ci && npm start --silent -- --json').trim().split('\n').at(-1) ?? '',
  );
  expect(demo.refused === 0, 'nobody is refused in three rotations');
  expect(demo.livePasswords === 1, 'one password is live at the end');

  const preflight = run('npm start --silent -- --scenario preflight');
  const findings = preflight.match(/\bfail\b/g) ?? [];
  expect(findings.length > 5, 'a preflight fails by name');
  expect(/hint|put|set|check/i.test(preflight), 'it says what to do');

  expect(run('npx cdk synth').startsWith('Resources:\n'), 'cdk synth prints the template alone');
  const template = join(folder, 'cdk.out/RedisEnterpriseRotation.template.json');
  expect(existsSync(template), 'the deployment is synthesised');
  expect(
    readFileSync(template, 'utf8').includes('AWS::SecretsManager::RotationSchedule'),
    'it rotates',
  );
} finally {
  rmSync(join(folder, '..'), { recursive: true });
}
