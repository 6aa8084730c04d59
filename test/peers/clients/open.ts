import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The result of an operation: a reply, or an error. */
export type Outcome = {
  reply?: Record<string, unknown>;
  error?: string;
  /** The class of boto3's exception. */
  raised?: string;
  message?: string;
  status?: number;
};

/** `call` takes the name and the parameters of an operation as in AWS's API. */
export type SecretsClient = AsyncDisposable & {
  call: (operation: string, parameters: Record<string, unknown>) => Promise<Outcome>;
};

type Environment = Record<string, string>;

const BOTO3_CALLS = join(import.meta.dirname, 'boto3_calls.py');

/** Returns, for example, `create_secret` for `CreateSecret`, as Python and the CLI spell it. */
function separateWords(name: string, separator: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, separator).toLowerCase();
}

/** Starts Python with boto3; undefined if it is not installed. */
export function openBoto3(environment: Environment): SecretsClient | undefined {
  if (spawnSync('python3', ['-c', 'import boto3']).status !== 0) return undefined;
  const child = spawn('python3', [BOTO3_CALLS], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    call: async (operation, parameters) => {
      child.stdin.write(`${JSON.stringify([separateWords(operation, '_'), parameters])}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('Python ended');
      return JSON.parse(value) as Outcome;
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** Opens the AWS CLI, a process for each call; undefined if it is not installed. */
export function openCli(environment: Environment): SecretsClient | undefined {
  if (spawnSync('aws', ['--version']).status !== 0) return undefined;
  return {
    call: (operation, parameters) => {
      const input = ['--cli-input-json', JSON.stringify(parameters), '--output', 'json'];
      const args = ['secretsmanager', separateWords(operation, '-'), ...input];
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      const env = { ...process.env, ...environment };
      execFile('aws', args, { env }, (_, stdout, stderr) => resolve(outcomeOf(stdout, stderr)));
      return promise;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function outcomeOf(stdout: string, stderr: string): Outcome {
  if (stdout !== '') return { reply: JSON.parse(stdout) as Record<string, unknown> };
  const [, error, message] =
    /An error occurred \((\w+)\) when calling the \w+ operation: (.*)/.exec(stderr) ?? [];
  if (error === undefined || message === undefined) throw new Error(`the CLI failed: ${stderr}`);
  return { error, message: message.trim() };
}
