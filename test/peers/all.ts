import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { namedOf } from '../support/named.ts';
import { say } from './report.ts';

// Every peer, each in a process of its own; all run, also after one has failed. Those of one row
// write the same folder, dist, so that they run one after another; the two rows keep two cores busy.
const ROWS = [
  ['templates', 'cdk-init', 'runtime'],
  ['moto', 'clients', 'beside-moto'],
];

const wanted = namedOf(ROWS.flat(), process.argv.slice(2));

/** Runs a script, and shows what it said once it has ended. */
async function run(peer: string): Promise<void> {
  const started = performance.now();
  const script = join(import.meta.dirname, `${peer}.ts`);
  // What fails says so on either stream, and in its place: they are one here.
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
