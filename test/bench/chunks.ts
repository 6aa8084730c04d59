import { fork } from 'node:child_process';
import { once } from 'node:events';
import { basename, join } from 'node:path';
import { LAMBDA_FOLDER } from '../../infra/lambda-folder.ts';
import { FUNCTION_ARN, FUNCTION_KEY } from '../sandbox/names.ts';
import { REAL_TIME } from '../sandbox/real-time.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { openScenario, type Scenario, stageToken } from '../support/scenario.ts';

/** The built files that a step loads, without the hashes in their names. */
export type StepChunks = { step: string; chunks: string[] };

const RUNNER = join(import.meta.dirname, 'chunk-runner.mjs');

/** Runs each step of the built function in a process of its own. */
export async function loadedChunks(): Promise<StepChunks[]> {
  await using world = await openScenario({ database: 'built-in', time: REAL_TIME });
  const ClientRequestToken = stageToken(world);
  const found: StepChunks[] = [];
  for (const Step of [...STEPS, 'reconcile']) {
    const event = { Step, SecretId: world.arn, ClientRequestToken };
    found.push({ step: Step, chunks: await run(world, event) });
  }
  return found;
}

async function run({ environment }: Scenario, event: object): Promise<string[]> {
  const env = { PATH: process.env.PATH, ...environment, AWS_ACCESS_KEY_ID: FUNCTION_KEY };
  const stdio: ('ignore' | 'inherit' | 'ipc')[] = ['ignore', 'ignore', 'inherit', 'ipc'];
  const built = join(LAMBDA_FOLDER, 'index.mjs');
  const child = fork(RUNNER, [built, FUNCTION_ARN], { env, stdio, execArgv: [] });
  const closed = once(child, 'close');
  child.send(event);
  const [{ loaded, failure }] = await once(child, 'message');
  await closed;
  if (failure !== undefined) throw new Error(String(failure));
  const files: string[] = loaded.filter((url: string) => url.includes('/dist/lambda/'));
  const names = files.map((url) => basename(url).replace(/(-[A-Z0-9]{8})?\.mjs$/, ''));
  return [...new Set(names)].sort();
}
