import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildLambda } from '../../infra/build/build.ts';
import { zipFolder } from '../../infra/build/zip.ts';
import { countCalls, type StepCalls } from '../bench/calls.ts';
import { loadedChunks } from '../bench/chunks.ts';
import { AWS_CLI } from '../bench/commands.ts';
import { sectionOf } from '../bench/document.ts';
import { LARGEST, peakMemory } from '../bench/memory.ts';
import { type Figures, SECTIONS, summary } from '../bench/report.ts';
import { bytesByPackage } from '../bench/size.ts';
import { isWrite, roundTrips } from '../bench/trace.ts';
import { page as faultsPage, summary as faultsSummary, type Line } from '../faults/report.ts';

const PAGE = 'docs/performance.md';

const ZIP_MAX_BYTES = 200_000;
const AWS_CALLS_MAX = 14;
const WRITES_MAX = 3;
const ROUND_TRIPS_MAX = 17;
const COMMANDS_ZIP_MAX_BYTES = 500_000;
// Beside the AWS CLI.
const COMMANDS_RATIO_MAX = 0.5;
// The function has 512 MB.
const MEMORY_MAX_BYTES = 350_000_000;

/** The packages that the bundle may contain, and the limit of bytes for each. */
const MAX_BYTES: Record<string, number> = {
  undici: 170_000,
  '@smithy/core': 100_000,
  '@aws-sdk/client-ssm': 82_000,
  // A hint for each exception of AWS takes 6,000, updateFields 7,000, default users 6,000, and
  // rollBack 4,000.
  lambda: 109_000,
  '@aws-sdk/core': 25_000,
  '@aws-sdk/client-secrets-manager': 18_000,
  '@smithy/signature-v4': 11_000,
  '@smithy/node-http-handler': 9_000,
  '@aws/lambda-invoke-store': 3_000,
  '@smithy/types': 1_000,
};

test('the deployed zip file and every package in it are within their size limits', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'built-'));
  const packages = [...bytesByPackage(await buildLambda(join(folder, 'lambda')))];
  const zip = zipFolder(join(folder, 'lambda')).length;
  rmSync(folder, { recursive: true });
  expect(zip).toBeLessThanOrEqual(ZIP_MAX_BYTES);
  const over = packages.filter(([name, bytes]) => bytes > (MAX_BYTES[name] ?? 0));
  expect(over).toEqual([]);
});

test('a step loads the files that the page names', async () => {
  expect(SECTIONS.chunks?.({ chunks: await loadedChunks() } as Figures)).toBe(
    sectionOf(PAGE, 'chunks'),
  );
});

const sum = (steps: StepCalls[], figure: (step: StepCalls) => number) =>
  steps.reduce((all, step) => all + figure(step), 0);

test('a rotation makes the calls that the page names, within their limits', async () => {
  const calls = { self: await countCalls('self'), admin: await countCalls('admin') };
  expect(SECTIONS.calls?.({ calls } as Figures)).toBe(sectionOf(PAGE, 'calls'));
  for (const steps of Object.values(calls)) {
    const aws = (step: StepCalls) => step.calls.filter(({ service }) => service === 'AWS');
    expect(sum(steps, (step) => aws(step).length)).toBeLessThanOrEqual(AWS_CALLS_MAX);
    expect(sum(steps, (step) => step.calls.filter(isWrite).length)).toBeLessThanOrEqual(WRITES_MAX);
    expect(sum(steps, (step) => step.roundTrips)).toBeLessThanOrEqual(ROUND_TRIPS_MAX);
  }
});

test('a rotation on twelve clusters of 32,000 users each stays within the memory', async () => {
  expect(await peakMemory(LARGEST)).toBeLessThanOrEqual(MEMORY_MAX_BYTES);
});

test('the page has the figures of the commands, within their limits', () => {
  const figures: Figures = JSON.parse(readFileSync('docs/performance.json', 'utf8'));
  expect(SECTIONS.commands?.(figures)).toBe(sectionOf(PAGE, 'commands'));
  const { zipBytes, starts } = figures.commands;
  expect(zipBytes).toBeLessThanOrEqual(COMMANDS_ZIP_MAX_BYTES);
  const medianOf = (name: string) =>
    starts.find((start) => start.name === name)?.process.median ?? Number.NaN;
  for (const { name } of starts.filter((start) => start.name !== AWS_CLI)) {
    expect(medianOf(name) / medianOf(AWS_CLI), name).toBeLessThan(COMMANDS_RATIO_MAX);
  }
});

test('README has the figures of the page and of npm run faults', () => {
  const figures: Figures = JSON.parse(readFileSync('docs/performance.json', 'utf8'));
  expect(sectionOf('README.md', 'bench')).toBe(summary(figures));
  const lines: Line[] = JSON.parse(readFileSync('docs/faults.json', 'utf8'));
  expect(sectionOf('README.md', 'faults')).toBe(faultsSummary(lines));
  expect(readFileSync('docs/faults.md', 'utf8')).toBe(faultsPage(lines));
  expect(lines.flatMap(({ broken }) => broken)).toEqual([]);
});

test('calls that overlap count as one round trip', () => {
  const call = (from: number, to: number) => ({ service: 'AWS', action: '', from, to }) as const;
  expect(roundTrips([call(0, 20), call(1, 21), call(2, 30)])).toBe(1);
  expect(roundTrips([call(0, 20), call(1, 21), call(22, 40), call(41, 60)])).toBe(3);
});
