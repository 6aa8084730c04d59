import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { type Listening, listen } from '../../sandbox/listen.ts';
import { REGION } from '../../sandbox/names.ts';

/** A moto server with Secrets Manager and Parameter Store. */
export type MotoServer = AsyncDisposable & {
  url: string;
  /** The variables that AWS SDKs read. */
  environment: Record<string, string>;
  /** Deletes every secret and parameter. */
  reset: () => Promise<void>;
};

// Python takes seconds to load moto, and longer on a busy machine.
const START_MAX_MS = 60_000;
const POLL_MS = 200;

/** Starts moto; undefined if it is not installed. */
export async function startMoto(): Promise<MotoServer | undefined> {
  const { error } = spawnSync('moto_server', ['--help'], { stdio: 'ignore' });
  if (error !== undefined) return undefined;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  };
  const reset = async () => {
    await fetch(`${url}/moto-api/reset`, { method: 'POST' });
  };
  try {
    await waitUntilReady(child, reset);
  } catch (error) {
    await stop();
    throw error;
  }
  const environment = {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_ENDPOINT_URL_SSM: url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'moto',
    AWS_SECRET_ACCESS_KEY: 'moto',
  };
  return { url, environment, reset, [Symbol.asyncDispose]: stop };
}

async function waitUntilReady(child: ChildProcess, reset: () => Promise<void>): Promise<void> {
  const until = Date.now() + START_MAX_MS;
  for (;;) {
    try {
      return await reset();
    } catch (error) {
      if (child.exitCode !== null || Date.now() > until) throw error;
    }
    await setTimeout(POLL_MS);
  }
}

/** Finds a free port, because moto does not report the port that it uses. */
async function freePort(): Promise<number> {
  const listening: Listening = await listen(createServer());
  await listening.close();
  return listening.port;
}
