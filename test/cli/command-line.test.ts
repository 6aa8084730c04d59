import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startCli } from './run-cli.ts';

const COMMANDS = ['status', 'preflight', 'rotate', 'roll-back', 'replace-all', 'conformance'];

test('--help lists the commands in 80 columns', async () => {
  const { code, out, err } = await startCli(['--help']).ended;
  expect([code, err]).toEqual([0, '']);
  expect(out.match(/^ {2}[a-z-]+(?= )/gm)?.map((name) => name.trim())).toEqual(COMMANDS);
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect((await startCli(['-h']).ended).out).toBe(out);
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await startCli(['--version']).ended).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test.each(COMMANDS)('%s --help shows its options in 80 columns', async (name) => {
  const { code, out, err } = await startCli([name, '--help']).ended;
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`usage: redis-enterprise-rotation ${name}\n`);
  for (const option of ['--json', '--help']) expect(out).toContain(option);
  const callsAws = name !== 'conformance';
  expect([out.includes('--region'), out.includes('--profile')]).toEqual([callsAws, callsAws]);
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

const PROGRAM = 'usage: redis-enterprise-rotation <command> [options]\n';
const STATUS = 'usage: redis-enterprise-rotation status\n';

test.each([
  [[], 'give a command', PROGRAM],
  [['rollback'], 'there is no command "rollback"', PROGRAM],
  [['constructor'], 'there is no command "constructor"', PROGRAM],
  [['\u001b[31mred'], 'there is no command', PROGRAM],
  [['status', '--secrets', 'x'], "Unknown option '--secrets'", STATUS],
  [['status', '--all'], "Unknown option '--all'", STATUS],
  [['status', '--yes', 'x'], "Unknown option '--yes'", STATUS],
  [['status', 'orders'], "Unexpected argument 'orders'", STATUS],
  [['status', '--region'], "Option '--region <value>' argument missing", STATUS],
  [['status', '--region', ''], '--region is empty', STATUS],
  [['status', '--secret', 'a', '--secret', 'b'], 'give --secret only once', STATUS],
  [['status', '--watch', '--json'], 'give --watch or --json, not both', STATUS],
  [['rotate'], 'give --secret', 'usage: redis-enterprise-rotation rotate\n'],
  [['rotate', '--secret', 'x', '--timeout', '0'], '--timeout is 0, allowed is 1 to', 'rotate\n'],
  [
    ['status', '--secret', 'arn:aws:secretsmanager:eu-west-1:1:secret:x', '--region', 'us-east-1'],
    "--region is us-east-1, but the secret's ARN is of eu-west-1",
    STATUS,
  ],
])('refuses %j with the nearest help', async (args, message, usage) => {
  const { code, out, err } = await startCli(args).ended;
  expect(code).toBe(2);
  if (args.includes('--json')) expect(JSON.parse(out).error.message).toContain(message);
  else expect(out).toBe('');
  expect(err.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(err).toMatch(/^redis-enterprise-rotation: [\s\S]*\nusage: /);
  expect(err.replaceAll('\n', ' ')).toContain(message);
  expect(err).toContain(usage);
  expect(err).not.toContain('\u001b');
});
