import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readArguments } from '../support/read-arguments.ts';
import { selectNames } from '../support/select-names.ts';
import { say } from './report.ts';

// Every peer runs in a process of its own, even after another has failed. The peers of a row run
// one after another, because they write to the same folder, dist. The rows run at the same time.
const ROWS = [
  ['templates', 'cdk-init', 'runtime'],
  ['moto', 'clients', 'beside-moto', 'stacks', 'examples'],
];

const usage = `usage: npm run test:peers -- [SCRIPT…]\nscripts: ${ROWS.flat().join(', ')}`;
const wanted = selectNames(ROWS.flat(), readArguments(usage, true));

/** Runs a script, and prints its output when it has ended. */
async function run(peer: string): Promise<void> {
  const started = performance.now();
  const script = join(import.meta.dirname, `${peer}.ts`);
  // One stream for both keeps the order of the output.
  const child = spawn('sh', ['-c', 'exec "$0" "$1" 2>&1', process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const output = await text(child.stdout);
  const status = await ended;
  const seconds = ((performance.now() - started) / 1_000).toFixed(0);
  say(`${output}--- ${peer}: ${status === 0 ? 'ok' : 'FAILED'} after ${seconds} s`);
  if (status !== 0) process.exitCode = 1;
}

async function runRow(peers: string[]): Promise<void> {
  for (const peer of peers) await run(peer);
}

await Promise.all(ROWS.map((row) => runRow(row.filter((peer) => wanted.includes(peer)))));
