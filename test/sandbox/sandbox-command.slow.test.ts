import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, onTestFinished, test } from 'vitest';
import { FUNCTION_NAME } from './names.ts';

type Lines = AsyncIterator<string>;

const readLines = ({ stdout }: ChildProcess): Lines => {
  if (stdout === null) throw new Error('the output of the sandbox is not a pipe');
  return createInterface({ input: stdout })[Symbol.asyncIterator]();
};

/** Returns the lines up to the first one that matches. */
async function readUntil(lines: Lines, pattern: RegExp): Promise<string[]> {
  const read: string[] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the output ended without ${pattern}: ${read.join('\n')}`);
    read.push(value);
    if (pattern.test(value)) return read;
  }
}

/** Kills what is left of the process group of a detached process. */
function killGroup({ pid = 0 }: ChildProcess): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

test('npm run sandbox ends when npm is killed', async () => {
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
  const npm = spawn('npm', ['run', 'sandbox'], { stdio, detached: true });
  onTestFinished(() => killGroup(npm));
  const lines = readLines(npm);
  await readUntil(lines, /^# Every call/);
  npm.kill('SIGKILL');
  await once(npm, 'exit');
  // The output ends when every process that could write to it has ended.
  while (!(await lines.next()).done);
});

test('npm run sandbox prints a line for every call of the function', async () => {
  const sandbox = spawn(process.execPath, ['test/sandbox/sandbox.ts']);
  onTestFinished(() => void sandbox.kill('SIGKILL'));
  const lines = readLines(sandbox);
  const usage = await readUntil(lines, /^# Every call/);
  const exported = usage.flatMap((line) => [/^export (\w+)=(.*)$/.exec(line)?.slice(1) ?? []]);
  const environment = Object.fromEntries(exported.filter((pair) => pair.length > 0));
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } =
    environment;
  const config = { region: environment.AWS_REGION, credentials: { accessKeyId, secretAccessKey } };
  const lambda = new LambdaClient({ ...config, endpoint: environment.AWS_ENDPOINT_URL_LAMBDA });
  const endpoint = environment.AWS_ENDPOINT_URL_SECRETS_MANAGER;
  const secretsManager = new SecretsManagerClient({ ...config, endpoint });
  const described = new DescribeSecretCommand({ SecretId: 'redis/orders' });
  const { ARN: SecretId } = await secretsManager.send(described);
  const invoke = (event: object) => {
    const Payload = JSON.stringify(event);
    return lambda.send(new InvokeCommand({ FunctionName: FUNCTION_NAME, Payload }));
  };
  await invoke({ Step: 'preflight', SecretId });
  await invoke({ Step: 'replaceAll', SecretId, Confirm: 'someone' });
  await invoke({ Step: 'a\nb' });
  const calls = await readUntil(lines, /^an invalid event/);
  expect(calls.filter((line) => !line.startsWith('reconcile'))).toEqual([
    expect.stringMatching(/^testSecret redis\/orders done in \d+ ms$/),
    expect.stringMatching(/^preflight redis\/orders done in \d+ ms$/),
    expect.stringMatching(/^replaceAll redis\/orders failed: .*Confirm.* in \d+ ms$/),
    expect.stringMatching(/^an invalid event failed: Step is absent or invalid/),
  ]);
  await readUntil(lines, /^reconcile redis\/orders done in \d+ ms$/);
  sandbox.kill('SIGTERM');
  expect(await once(sandbox, 'exit')).toEqual([0, null]);
});
