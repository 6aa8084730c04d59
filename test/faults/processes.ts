import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LAMBDA_FOLDER } from '../../infra/lambda-folder.ts';
import { FUNCTION_ARN, FUNCTION_KEY } from '../sandbox/names.ts';
import type { Scenario } from '../support/scenario.ts';

/** How a process ended, and after how long. */
export type Run = { isKilled: boolean; ms: number };

/** Runs the built function, each event in a new process. */
type Processes = AsyncDisposable & {
  /**
   * Runs one event, and kills the process after `killAfterMs` unless it has ended.
   * @throws the function's error.
   */
  run: (event: unknown, killAfterMs?: number) => Promise<Run>;
};

const RUNNER = join(import.meta.dirname, 'runner.mjs');
const BUILT = join(LAMBDA_FOLDER, 'index.mjs');

// The requests of a killed process may still be in its sockets. The servers run in this process,
// and apply them within a few turns of the event loop.
const DELIVERY_MS = 30;

/**
 * Starts each process before its event comes, as AWS Lambda does, so that no kill hits the loading
 * of the function.
 */
export function openProcesses({ environment, lines, time }: Scenario): Processes {
  const env = { PATH: process.env.PATH, ...environment, AWS_ACCESS_KEY_ID: FUNCTION_KEY };
  const start = () => {
    const stdio: ('ignore' | 'pipe' | 'inherit' | 'ipc')[] = ['ignore', 'pipe', 'inherit', 'ipc'];
    const child = fork(RUNNER, [BUILT, FUNCTION_ARN], { env, stdio, execArgv: [] });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => lines.push(text));
    return { child, ready: nextMessage(child) };
  };
  let next = start();
  return {
    run: async (event, killAfterMs) => {
      const { child, ready } = next;
      await ready;
      next = start();
      return runIn(child, { event, now: time.now() }, killAfterMs);
    },
    [Symbol.asyncDispose]: async () => {
      next.child.kill('SIGKILL');
      await next.ready;
    },
  };
}

async function runIn(
  child: ChildProcess,
  message: { event: unknown; now: number },
  killAfterMs: number | undefined,
): Promise<Run> {
  const closed = once(child, 'close');
  const answered = nextMessage(child);
  const started = performance.now();
  child.send(message);
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
    await setTimeout(DELIVERY_MS);
    return { isKilled: true, ms };
  }
  const { error } = answer as { error?: Error };
  if (error !== undefined) throw Object.assign(new Error(error.message), error);
  return { isKilled: false, ms };
}

/** Returns the next message of a process; undefined if it ends without a message. */
async function nextMessage(child: ChildProcess): Promise<object | undefined> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(Object(message)));
    child.once('close', () => resolve(undefined));
  });
}
