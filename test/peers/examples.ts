import { deepEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TEMPLATES, ZIP_FILES } from '../templates/all-templates.ts';
import { absent, promise, summarize } from './report.ts';

// Checks the examples with Terraform and with CDK in Python.

const TEMPLATE = '.template.json';
const PYTHON_STACKS = ['', '-billing', '-carts', '-orders'];

/** Runs a command. Throws its output if it fails. */
function run(cwd: string, command: string, ...args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
}

function succeeds(cwd: string, command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { cwd, stdio: 'ignore' }).status === 0;
}

async function checkTerraform(folder: string): Promise<void> {
  if (!succeeds('.', 'terraform', 'version')) {
    absent('terraform', 'the example for Terraform', 'install Terraform');
    return;
  }
  cpSync('examples/terraform', folder, { recursive: true });
  await promise('terraform fmt changes nothing in the example for Terraform', () =>
    run(folder, 'terraform', 'fmt', '-check', '-diff'),
  );
  if (!succeeds(folder, 'terraform', 'init', '-backend=false', '-input=false')) {
    absent("Terraform's AWS provider", 'the example against its schema', 'allow the network');
    return;
  }
  await promise("the example is valid for Terraform's AWS provider", () =>
    run(folder, 'terraform', 'validate'),
  );
  if (!hasMocks()) {
    absent('terraform test with mocks', 'the plan of the example', 'install Terraform 1.7');
    return;
  }
  cpSync('test/peers/terraform', folder, { recursive: true });
  writeFileSync(join(folder, 'ca.pem'), '-----BEGIN CERTIFICATE-----\n');
  writeRelease(join(folder, 'release'));
  await promise('Terraform plans a stack for each user, and rejects the user default', () =>
    run(folder, 'terraform', 'test'),
  );
}

function hasMocks(): boolean {
  const { stdout } = spawnSync('terraform', ['version', '-json'], { encoding: 'utf8' });
  const [major = 0, minor = 0] = JSON.parse(stdout).terraform_version.split('.').map(Number);
  return major > 1 || minor >= 7;
}

/** Writes the templates and empty zip files. */
function writeRelease(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, template] of Object.entries(TEMPLATES)) {
    writeFileSync(join(folder, name + TEMPLATE), JSON.stringify(template));
  }
  for (const name of Object.values(ZIP_FILES)) writeFileSync(join(folder, name), '');
}

async function checkPython(folder: string): Promise<void> {
  if (!succeeds('.', 'python3', '-c', 'import aws_cdk')) {
    const hint = 'pip install -r examples/python-cdk/requirements.txt';
    absent("Python's aws-cdk-lib", 'the example for Python', hint);
    return;
  }
  cpSync('examples/python-cdk', folder, { recursive: true });
  writeRelease(folder);
  await promise('app.py creates a stack of the function, and a stack of each user', () => {
    const cdk = resolve('node_modules/.bin/cdk');
    run(folder, cdk, 'synth', '--quiet', '--context', 'release=.');
    const names = readdirSync(join(folder, 'cdk.out')).filter((name) => name.endsWith(TEMPLATE));
    const wanted = PYTHON_STACKS.map((end) => `redis-enterprise-rotation${end}${TEMPLATE}`);
    deepEqual(names.sort(), wanted.sort());
  });
}

const folder = mkdtempSync(join(tmpdir(), 'examples-'));
try {
  await checkTerraform(join(folder, 'terraform'));
  await checkPython(join(folder, 'python'));
  summarize('examples');
} finally {
  rmSync(folder, { recursive: true });
}
