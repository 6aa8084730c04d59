import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const TIMEOUT_MS = 60_000;

type Ended = { code: number | string | null | undefined; out: string; report: string };

/** Runs the CDK CLI on the app without a build, because other tests read the built function. */
async function cdk(...args: string[]): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-app-'));
  const options = ['--app', 'node infra/app.ts', '--output', folder, ...args];
  const ended = await new Promise<Omit<Ended, 'report'>>((resolve) => {
    execFile('node_modules/.bin/cdk', options, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out: out + err });
    });
  });
  const path = join(folder, 'validation-report.json');
  const report = existsSync(path) ? readFileSync(path, 'utf8') : '';
  rmSync(folder, { recursive: true });
  return { ...ended, report };
}

test.concurrent(
  'the example of cdk.json synthesises offline and passes cdk validate',
  async () => {
    const { code, out, report } = await cdk('validate', '--unstable=validate', '--no-online');
    expect(out).toContain('Validation did not find any problems.');
    expect(code).toBe(0);
    // The example has no VPC, so cdk-nag has not even acknowledged findings.
    expect(JSON.parse(report).pluginReports).toEqual([]);
  },
  TIMEOUT_MS,
);

test.concurrent(
  'the app names the key of a mistake in cdk.json and prints no stack',
  async () => {
    const { code, out } = await cdk('synth', '--quiet', '--context', 'overlapHours=a-week');
    expect(out).toContain('→ at overlapHours');
    expect(out).not.toContain('at readConfig');
    expect(code).toBe(1);
  },
  TIMEOUT_MS,
);
