import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LAMBDA_FOLDER } from '../../../infra/lambda-folder.ts';
import { FUNCTION_KEY, FUNCTION_NAME } from '../../sandbox/names.ts';
import { type Outcome, type RuntimeError, startRuntimeApi } from './api.ts';

/** The built function, in a process of AWS's runtime client. */
export type LambdaRuntime = AsyncDisposable & {
  invoke: (event: unknown, timeoutMs: number) => Promise<Outcome>;
  initError: Promise<RuntimeError>;
  /** Returns what the function has printed. */
  output: () => string;
};

/** Starts the client with the environment variables of AWS Lambda and of the function. */
export async function startLambda(
  client: string,
  environment: Record<string, string>,
): Promise<LambdaRuntime> {
  const api = await startRuntimeApi();
  const child = spawn(process.execPath, [client], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: lambdaEnvironment(api.port, environment),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  // If the client ends, every pending call fails with its output.
  const ended = once(child, 'exit').then((): never => {
    throw new Error(`the runtime client ended: ${output}`);
  });
  const initError = Promise.race([api.initError, ended]);
  for (const unobserved of [ended, initError]) unobserved.catch(() => undefined);
  return {
    invoke: (event, timeoutMs) => Promise.race([api.invoke(event, timeoutMs), ended]),
    initError,
    output: () => output,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended.catch(() => undefined);
      await api.close();
    },
  };
}

function lambdaEnvironment(apiPort: number, environment: Record<string, string>) {
  return {
    PATH: process.env.PATH,
    ...environment,
    AWS_ACCESS_KEY_ID: FUNCTION_KEY,
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${apiPort}`,
    AWS_LAMBDA_FUNCTION_NAME: FUNCTION_NAME,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${FUNCTION_NAME}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
    LAMBDA_TASK_ROOT: LAMBDA_FOLDER,
    _HANDLER: 'index.handler',
  };
}
