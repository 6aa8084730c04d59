import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Step = { name?: string; run?: string; uses?: string; with?: Record<string, unknown> };
type Job = { permissions?: Record<string, string>; 'timeout-minutes'?: number; steps: Step[] };
type Workflow = { permissions: Record<string, string>; jobs: Record<string, Job> };

export const FOLDER = '.github/workflows';

/** The workflows of GitHub. */
export const FILES = readdirSync(FOLDER).map((name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const workflow: Workflow = parse(text);
  return { name, text, workflow, jobs: Object.entries(workflow.jobs) };
});
/** The jobs of a release. */
export const RELEASE = FILES.find(({ name }) => name === 'release.yml')?.workflow.jobs ?? {};
