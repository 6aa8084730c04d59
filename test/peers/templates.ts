import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What other people's tools say, where they are on the machine. Run by CI, not by npm test.

// A hundred users have hundreds of findings that are excused.
const OUTPUT_MAX_BYTES = 64 * 2 ** 20;

type Finding = { Rule: { Id: string }; Message: string; Filename: string };

/** The findings of cfn-lint that are excused: their rule, what they are about, and the reason. */
const EXCUSED: [rule: string, about: string, reason: string][] = [
  [
    'W3005',
    '',
    'CDK writes dependencies between whole constructs, some of which a reference implies too',
  ],
  [
    'E3002',
    "'EvaluationWindow'",
    'CloudFormation has it for alarms, and CDK its type; a cfn-lint of before does not know it',
  ],
];

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function lintTemplates(): boolean {
  if (spawnSync('cfn-lint', ['--version']).status !== 0) {
    say('!!! cfn-lint is absent: THE TEMPLATES WERE NOT CHECKED; hint: pip install cfn-lint');
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
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.template.json'),
    );
    const templates = names.map((name) => join(folder, name));
    const lint = spawnSync('cfn-lint', ['--format', 'json', '--', ...templates], {
      encoding: 'utf8',
      maxBuffer: OUTPUT_MAX_BYTES,
    });
    const findings: Finding[] = JSON.parse(lint.stdout || '[]');
    for (const [rule, about, reason] of EXCUSED)
      say(`cfn-lint: ${rule} ${about} excused: ${reason}`);
    const left = findings.filter(
      ({ Rule, Message }) =>
        !EXCUSED.some(([rule, about]) => Rule.Id === rule && Message.includes(about)),
    );
    for (const { Rule, Message, Filename } of left) say(`${Rule.Id} ${Message} ${Filename}`);
    if (left.length === 0) say(`cfn-lint: nothing else in ${names.join(', ')}`);
    return left.length === 0 && names.length > 0 && lint.error === undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = lintTemplates() ? 0 : 1;
