import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What an operation came to. */
export type Outcome = {
  reply?: Record<string, unknown>;
  error?: string;
  /** The class of boto3's exception. */
  raised?: string;
  message?: string;
  status?: number;
};

/** Calls an operation of Secrets Manager, named as in AWS's API. */
export type SecretsClient = AsyncDisposable & {
  call: (operation: string, parameters: Record<string, unknown>) => Promise<Outcome>;
};

type Environment = Record<string, string>;

const BOTO3_CALLS = join(import.meta.dirname, 'boto3_calls.py');

/** `CreateSecret` as Python and the CLI spell it, with a character between its words. */
function words(name: string, between: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, between).toLowerCase();
}

/** A process of Python with boto3; undefined where the machine has none. */
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
      child.stdin.write(`${JSON.stringify([words(operation, '_'), parameters])}\n`);
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

/** The AWS CLI, a process a call; undefined where the machine has none. */
export function openCli(environment: Environment): SecretsClient | undefined {
  if (spawnSync('aws', ['--version']).status !== 0) return undefined;
  return {
    call: (operation, parameters) => {
      const input = ['--cli-input-json', JSON.stringify(parameters), '--output', 'json'];
      const args = ['secretsmanager', words(operation, '-'), ...input];
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
