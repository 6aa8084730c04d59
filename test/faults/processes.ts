import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LAMBDA_FOLDER } from '../../infra/lambda-folder.ts';
import { FUNCTION_ARN, FUNCTION_KEY } from '../sandbox/names.ts';
import type { World } from '../sandbox/world.ts';

/** How an event ended in a process of its own, and after how long. */
export type Run = { isKilled: boolean; ms: number };

/** Runs the built function, each event in a new process. */
export type Processes = AsyncDisposable & {
  /** Throws what the function throws. `killAfterMs`: when it is killed, unless it is done by then. */
  run: (event: unknown, killAfterMs?: number) => Promise<Run>;
};

const RUNNER = join(import.meta.dirname, 'runner.mjs');
const BUILT = join(LAMBDA_FOLDER, 'index.mjs');

// What a killed process had sent still lies in its sockets: the servers, which are in this
// process, have read and done it after a few turns of the event loop.
const LATE_MS = 30;

/**
 * Starts one process ahead, so that loading does not have to be waited for: AWS Lambda does it
 * before an event comes, and a kill then meets no server. `lines` gets what the function logs.
 */
export function openProcesses({ environment, lines }: World): Processes {
  const env = { PATH: process.env.PATH, ...environment, AWS_ACCESS_KEY_ID: FUNCTION_KEY };
  const start = () => {
    const stdio: ('ignore' | 'pipe' | 'inherit' | 'ipc')[] = ['ignore', 'pipe', 'inherit', 'ipc'];
    const child = fork(RUNNER, [BUILT, FUNCTION_ARN], { env, stdio, execArgv: [] });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => lines.push(text));
    return { child, ready: firstMessage(child) };
  };
  let next = start();
  return {
    run: async (event, killAfterMs) => {
      const { child, ready } = next;
      await ready;
      next = start();
      return runIn(child, event, killAfterMs);
    },
    [Symbol.asyncDispose]: async () => {
      next.child.kill('SIGKILL');
      await next.ready;
    },
  };
}

async function runIn(
  child: ChildProcess,
  event: unknown,
  killAfterMs: number | undefined,
): Promise<Run> {
  const closed = once(child, 'close');
  const answered = firstMessage(child);
  const started = performance.now();
  child.send(Object(event));
  const kill = new AbortController();
  if (killAfterMs !== undefined) {
    setTimeout(killAfterMs, undefined, kill).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
  }
  const answer = await answered;
  const ms = performance.now() - started;
  kill.abort();
  await closed;
  if (answer === undefined) {
    if (child.signalCode !== 'SIGKILL') throw new Error(`the process ended: ${child.exitCode}`);
    await setTimeout(LATE_MS);
    return { isKilled: true, ms };
  }
  const { error } = answer as { error?: Error };
  if (error !== undefined) throw Object.assign(new Error(error.message), error);
  return { isKilled: false, ms };
}

/** What a process says next; undefined where it ends without a word. */
async function firstMessage(child: ChildProcess): Promise<object | undefined> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(Object(message)));
    child.once('close', () => resolve(undefined));
  });
}
