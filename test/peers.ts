import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What other people's tools say, where they are on the machine. Run by CI, not by npm test.

/** The findings of cfn-lint that are excused, with the reason. */
const EXCUSED: Record<string, string> = {
  W3005: 'CDK writes dependencies between whole constructs, some of which a reference implies too',
};

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
    const apps = { example: [], others: ['--app', 'node test/peers-app.ts'] };
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
    const ignored = Object.keys(EXCUSED).flatMap((rule) => ['--ignore-checks', rule]);
    const templates = names.map((name) => join(folder, name));
    const lint = spawnSync('cfn-lint', [...ignored, '--', ...templates], { encoding: 'utf8' });
    for (const [rule, reason] of Object.entries(EXCUSED))
      say(`cfn-lint: ${rule} excused: ${reason}`);
    say(lint.status === 0 ? `cfn-lint: nothing in ${names.join(', ')}` : lint.stdout + lint.stderr);
    return lint.status === 0 && names.length > 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

process.exitCode = lintTemplates() ? 0 : 1;
