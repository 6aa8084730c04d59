import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildLambda } from '../../infra/build/build.ts';
import { LAMBDA_FOLDER } from '../../infra/lambda-folder.ts';
import { buildNaively } from './naive.ts';
import { type Spread, spreadOf } from './spread.ts';

/** One way to start: the milliseconds to load, and of the whole process. */
export type Start = { name: string; load: Spread; process: Spread };

const STARTER = join(import.meta.dirname, 'starter.mjs');

// An odd number, so that the median is a measured value.
const RUNS = 21;

// AWS's Python templates load this before their first event.
const PYTHON = `
import time
before = time.perf_counter()
import boto3
boto3.client('secretsmanager', region_name='eu-west-1')
print((time.perf_counter() - before) * 1000)
`;

const ENVIRONMENT = {
  PATH: process.env.PATH,
  CLUSTERS_PATH: '/redis-enterprise/clusters',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
};

/** Measures the ways in turn, so that other load on the machine affects all of them equally. */
export async function measureStarts(): Promise<Start[]> {
  await buildLambda();
  const naive = mkdtempSync(join(tmpdir(), 'naive-'));
  await buildNaively(naive);
  const node = (...args: string[]) => ({ command: process.execPath, args });
  const ways = [
    { name: 'as deployed', ...node(STARTER, LAMBDA_FOLDER) },
    { name: 'as deployed, every client', ...node(STARTER, LAMBDA_FOLDER, 'all') },
    { name: 'one naive bundle', ...node(STARTER, naive) },
    { name: 'bare Node.js', ...node('--eval', 'process.stdout.write("0")') },
    ...(hasBoto3()
      ? [{ name: 'Python with boto3', command: 'python3', args: ['-c', PYTHON] }]
      : []),
  ];
  const figures = ways.map((way) => ({ ...way, load: [] as number[], process: [] as number[] }));
  for (let run = 0; run < RUNS; run += 1) {
    for (const way of figures) {
      const start = () => Number(execFileSync(way.command, way.args, { env: ENVIRONMENT }));
      // Not measured: the way before has left its own data in the processor's caches.
      start();
      const began = performance.now();
      way.load.push(start());
      way.process.push(performance.now() - began);
    }
  }
  rmSync(naive, { recursive: true });
  return figures.map(({ name, load, process }) => ({
    name,
    load: spreadOf(load),
    process: spreadOf(process),
  }));
}

function hasBoto3(): boolean {
  const has = spawnSync('python3', ['-c', 'import boto3'], { env: ENVIRONMENT }).status === 0;
  if (!has)
    process.stderr.write(
      'Python with boto3 is absent: its start is NOT measured; hint: pip install boto3\n',
    );
  return has;
}
