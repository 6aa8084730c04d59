import { parseArgs } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Check } from '../lambda/preflight/check.ts';
import type { Preflight } from '../lambda/preflight/preflight.ts';
import { addUser } from '../test/sandbox/cluster/cluster.ts';
import { makeSecret, randomPassword, rotateSecret } from '../test/sandbox/setup.ts';
import { openWorld } from '../test/sandbox/world.ts';
import { drawChecks } from './checks-table.ts';
import { checkSameUser } from './same-user.ts';
import { openTerminal } from './terminal.ts';

const USAGE =
  'usage: npm run preflight -- --function NAME --secret ID [--json]\n' +
  '       npm run preflight -- --local [--json]';

/** Asks the deployed function; `secret` is a name or an ARN. */
async function askFunction(functionName: string, secret: string): Promise<Preflight> {
  const client = new SecretsManagerClient({});
  const described = await client.send(new DescribeSecretCommand({ SecretId: secret }));
  const Payload = JSON.stringify({ Step: 'preflight', SecretId: described.ARN });
  const command = new InvokeCommand({ FunctionName: functionName, Payload });
  const reply = await new LambdaClient({}).send(command);
  const result = JSON.parse(Buffer.from(reply.Payload ?? []).toString() || 'null');
  if (reply.FunctionError !== undefined) {
    throw new Error(`the function failed: ${result?.errorMessage}`);
  }
  return withFindings(result, await checkSameUser(client, described));
}

/** Adds findings of the command's own, each after the function's own of the same check. */
function withFindings({ ok, checks }: Preflight, more: Check[]): Preflight {
  const at = checks.findLastIndex(({ check }) => check === more[0]?.check) + 1;
  return { ok, checks: checks.toSpliced(at, 0, ...more) };
}

/** Asks the function of a sandbox that is opened for it, on a secret that has rotated once. */
async function askSandbox(): Promise<Preflight> {
  await using world = await openWorld();
  const password = randomPassword();
  await addUser(world.cluster, { name: 'orders', passwords: [password] });
  const endpoint = { host: '127.0.0.1', port: world.database.port };
  const value = { username: 'orders', password, ...endpoint };
  const arn = await makeSecret(world, 'redis/orders', value, 'orders');
  await rotateSecret(world, arn, { schedule: 'rate(30 days)' });
  return (await world.invoke({ Step: 'preflight', SecretId: arn })) as Preflight;
}

/** What to ask: a function of AWS, or the sandbox. Undefined: the command line asks for help. */
function readOptions(): { ask: () => Promise<Preflight>; json: boolean } | undefined {
  const { values } = parseArgs({
    options: {
      function: { type: 'string' },
      secret: { type: 'string' },
      local: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const { function: name, secret, local, json } = values;
  if (local && name === undefined && secret === undefined) return { ask: askSandbox, json };
  if (!local && name && secret) return { ask: () => askFunction(name, secret), json };
  throw new Error('give --function and --secret, or --local');
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const { ask, json } = options;
  const found = await ask();
  const { line, paint } = openTerminal(process.stdout);
  const verdict = found.ok ? 'The next rotation can go ahead.' : 'The next rotation would fail.';
  const shown = [...drawChecks(found.checks, paint), '', paint('bold', verdict)];
  for (const text of json ? [JSON.stringify(found)] : shown) line(text);
  process.exitCode = found.ok ? 0 : 1;
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`);
  process.exitCode = 2;
});
