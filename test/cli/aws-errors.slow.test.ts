import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LimitExceededException } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { explain } from '../../cli/aws/explain.ts';
import { AwsError } from '../sandbox/aws/aws-server.ts';
import { openWorld } from '../sandbox/world.ts';
import { runCli, startCli } from './run-cli.ts';
import { addSecrets, nameOf, TWELVE } from './twelve-secrets.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'never-print-this-2' };
const REGION = { AWS_REGION: 'us-east-1' };
// Without it, the SDK asks the address of EC2's metadata for credentials.
const NO_EC2 = { AWS_EC2_METADATA_DISABLED: 'true' };
// Port 1 of loopback: nothing listens.
const NOWHERE = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
const UNKNOWN_HOST = { AWS_ENDPOINT_URL: 'http://aws.invalid' };

test.each<[string, Record<string, string>, string[], string, string]>([
  ['no Region', KEYS, [], 'no AWS Region is set', 'add --region, or set AWS_REGION'],
  ['an invalid Region', KEYS, ['--region', 'eu west'], 'the AWS Region is invalid', 'add --region'],
  ['no credentials', { ...REGION, ...NO_EC2 }, [], 'no AWS credentials were found', 'run `aws'],
  [
    'an unknown profile',
    { ...REGION, ...NO_EC2 },
    ['--profile', 'nobody'],
    'no AWS credentials were found',
    'run `aws sso login` or `aws configure`, or select another --profile: `aws configure list',
  ],
  ['no connection', { ...REGION, ...KEYS, ...NOWHERE }, [], 'AWS cannot be reached', 'check --reg'],
  ['no DNS', { ...REGION, ...KEYS, ...UNKNOWN_HOST }, [], 'AWS cannot be reached', 'check --reg'],
])('explains %s in one sentence, with a hint', async (_, variables, args, message, hint) => {
  const { code, out, err } = await startCli(['status', ...args], { variables }).ended;
  expect([code, out]).toEqual([2, '']);
  expect(err.split('\n').filter((line) => line.length > 80)).toEqual([]);
  const [first, second, ...rest] = err.replaceAll('\n', ' ').split(' hint: ');
  expect([first, second]).toEqual([
    expect.stringContaining(message),
    expect.stringContaining(hint),
  ]);
  expect(rest).toEqual([]);
  expect(err).not.toContain(KEYS.AWS_SECRET_ACCESS_KEY);
});

test('reports a failure as JSON with --json, and as text on standard error', async () => {
  const { code, out, err } = await startCli(['status', '--json'], { variables: KEYS }).ended;
  expect(JSON.parse(out)).toMatchObject({ error: { message: 'no AWS Region is set' } });
  expect([code, err]).toEqual([2, expect.stringMatching(/^no AWS Region is set\nhint: .*\n$/)]);
});

test('names the action that AWS denies', async () => {
  await using world = await openWorld({ database: 'built-in' });
  world.aws.around = async () => {
    const action = 'secretsmanager:ListSecrets';
    const message = `User: arn:aws:iam::1:user/me is not authorized to perform: ${action} because`;
    const why = `no identity-based policy allows the ${action} action`;
    throw new AwsError('AccessDeniedException', `${message} ${why}`);
  };
  const { code, out, err } = await runCli(world, 'status');
  expect([code, out]).toEqual([2, '']);
  expect(err).toBe(
    'AWS denied the call: no identity-based policy allows secretsmanager:ListSecrets\n' +
      'hint: allow secretsmanager:ListSecrets to your credentials, or select another\n--profile\n',
  );
});

test('status shows the rest if the dates of versions or the log cannot be read', async () => {
  await using world = await openWorld({ database: 'built-in' });

  addSecrets(world);
  world.aws.fault = (action) => (/Version|Query/.test(action) ? 'denied' : undefined);
  const { code, out, err } = await runCli(world, 'status', '--errors');
  expect([code, err]).toEqual([1, '']);
  expect(out).toContain(nameOf('well'));
  expect(out).toMatch(/password ages are incomplete: AWS denied/);
  expect(out).toMatch(/last errors are incomplete: AWS denied/);
});

test('status --errors does not succeed if it cannot read the log', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const { well = { versions: [] } } = TWELVE;
  addSecrets(world, { well });
  expect((await runCli(world, 'status', '--errors')).code).toBe(0);
  world.aws.fault = (action) => (action.includes('Query') ? 'denied' : undefined);
  expect((await runCli(world, 'status', '--errors')).code).toBe(2);
});

test('does not call a secret without a free label a throttled call', () => {
  const message = 'A secret can have 20 staging labels.';
  // The command repeats such a call for 45 s before it fails.
  const thrown = new LimitExceededException({ message, $metadata: {} });
  expect(explain(thrown)).toMatchObject({
    message: `a quota of AWS is used up: ${message}`,
    hint: expect.stringContaining('a secret has at most 20 labels'),
  });
});

test('names a function that does not exist any more', async () => {
  await using world = await openWorld({ database: 'built-in' });

  addSecrets(world);
  const args = ['preflight', '--secret', nameOf('well'), '--function', 'gone'];
  const { code, err } = await runCli(world, ...args);
  expect([code, err]).toEqual([2, expect.stringMatching(/gone\nhint: check the function of /)]);
});

test('reads the Region and the keys of --profile', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  try {
    const file = join(folder, 'config');
    const keys = 'aws_access_key_id = key\naws_secret_access_key = x\n';
    await writeFile(file, `[profile team]\nregion = us-east-1\n${keys}`);
    const { AWS_ENDPOINT_URL_SECRETS_MANAGER: url = '' } = world.environment;
    const variables = { AWS_CONFIG_FILE: file, AWS_ENDPOINT_URL_SECRETS_MANAGER: url };
    const { code, err } = await startCli(['status', '--profile', 'team'], { variables }).ended;
    expect([code, err]).toEqual([0, '']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
