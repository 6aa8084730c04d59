import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawArchitecture } from './pictures/architecture.ts';
import { drawDashboard } from './pictures/dashboard.ts';
import { drawRun, runOf } from './pictures/timeline.ts';

const HINT = 'run npm run pictures, and look at what it draws';

test('the pictures in docs are those that the code draws now', async () => {
  expect(readFileSync('docs/architecture.svg', 'utf8'), HINT).toBe(await drawArchitecture());
  expect(readFileSync('docs/dashboard.svg', 'utf8'), HINT).toBe(drawDashboard());
});

test('the timeline in docs is drawn from the run that it carries, in which nobody is refused', () => {
  const picture = readFileSync('docs/timeline.svg', 'utf8');
  const run = runOf(picture);
  expect(picture, 'run npm run pictures').toBe(drawRun(run));
  expect(run.logins.at(-1)?.logins).toBeGreaterThan(100);
  expect(run.logins.at(-1)?.refused).toBe(0);
  const deleted = run.lives.map((life) => life.deleted !== undefined);
  expect(deleted).toEqual([true, true, true, false]);
  for (const { replaced, deleted } of run.lives.slice(0, -1)) {
    expect((deleted ?? 0) - (replaced ?? 0)).toBeGreaterThanOrEqual(run.overlap - 0.5);
  }
});
