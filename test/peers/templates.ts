import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFilledTemplates } from './filled-templates.ts';
import { absent, say } from './report.ts';

// Checks the templates with cfn-lint. CI runs this, `npm test` does not.

// A hundred users have hundreds of excused findings.
const OUTPUT_MAX_BYTES = 64 * 2 ** 20;

const SEED = Number(process.env.SEED ?? 22);
// Each takes cfn-lint a second.
const FILLED = 10;

type Finding = { Rule: { Id: string }; Message: string; Filename: string };

/** Excused findings of cfn-lint; `part` is a part of their message. */
const EXCUSED: [rule: string, part: string, reason: string][] = [
  ['W6001', '', 'the commands of a user name the function of another stack'],
  ['W1033', "'' is not a", 'cfn-lint does not evaluate the condition that the list has an item'],
  ['W3005', '', 'CDK writes dependencies between constructs, some of which a reference implies'],
  [
    'E3002',
    "'EvaluationWindow'",
    'CloudFormation and CDK have it for alarms; older versions of cfn-lint do not',
  ],
];

function lintTemplates(): boolean {
  if (spawnSync('cfn-lint', ['--version']).status !== 0) {
    absent('cfn-lint', 'the templates', 'pip install cfn-lint');
    return true;
  }
  const folder = mkdtempSync(join(tmpdir(), 'peers-'));
  try {
    const apps = { example: [], others: ['--app', 'node test/peers/templates-app.ts'] };
    for (const [name, app] of Object.entries(apps)) {
      const synth = ['synth', '--quiet', '--output', join(folder, name), ...app];
      const { status, stderr } = spawnSync('node_modules/.bin/cdk', synth, { encoding: 'utf8' });
      if (status === 0) continue;
      say(stderr);
      return false;
    }
    say(`random values of parameters: SEED=${SEED}`);
    writeFilledTemplates(join(folder, 'filled'), SEED, FILLED);
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.template.json'),
    );
    const templates = names.map((name) => join(folder, name));
    const lint = spawnSync('cfn-lint', ['--format', 'json', '--', ...templates], {
      encoding: 'utf8',
      maxBuffer: OUTPUT_MAX_BYTES,
    });
    const findings: Finding[] = JSON.parse(lint.stdout || '[]');
    for (const [rule, part, reason] of EXCUSED) {
      say(`cfn-lint: ${rule} ${part} excused: ${reason}`);
    }
    const left = findings.filter(
      ({ Rule, Message }) =>
        !EXCUSED.some(([rule, part]) => Rule.Id === rule && Message.includes(part)),
    );
    for (const { Rule, Message, Filename } of left) say(`${Rule.Id} ${Message} ${Filename}`);
    if (left.length === 0) say(`cfn-lint: no other finding in ${names.join(', ')}`);
    return left.length === 0 && names.length > 0 && lint.error === undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = lintTemplates() ? 0 : 1;
