import { execFile } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from './run.ts';
import type { Pace } from './schedule.ts';

type Ended = { code: number | string | null | undefined; out: string; err: string };

/** Runs `npm start` with options in a process of its own. */
export function startProcess(...options: string[]): Promise<Ended> {
  const args = ['test/demo/demo.ts', ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out, err });
    });
  });
}

/** Runs what `npm start` runs in this process, at another pace. */
export async function start(
  options: string[],
  pace?: Pace,
): Promise<{ code: number; out: string }> {
  const stdout = new PassThrough();
  const out = text(stdout);
  const code = await run(options, stdout, pace).finally(() => stdout.end());
  return { code, out: await out };
}
