import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { CHECK_NAMES, type Check } from '../../lambda/preflight/check.ts';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { FUNCTION_ARN, FUNCTION_NAME } from '../sandbox/names.ts';
import { makeSecret, rotateSecret } from '../sandbox/setup.ts';
import { openScenario, putByHand, type Scenario } from '../support/scenario.ts';
import { endpointOf, FINDINGS } from './findings.ts';

async function preflight(world: Scenario): Promise<Preflight> {
  return (await world.invoke({ Step: 'preflight', SecretId: world.arn })) as Preflight;
}

const statusOf = ({ checks }: Preflight) => checks.map(({ check, status }) => `${check} ${status}`);

test.each([
  'self',
  'admin',
] as const)('a healthy secret passes every check, and nothing changes: %s', async (login) => {
  await using world = await openScenario({ login });
  world.user.role = login === 'self' ? 'admin' : 'none';
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  const look = () =>
    structuredClone([
      world.store.latest(world.arn),
      world.cluster.users.map(({ name, passwords }) => [name, passwords]),
    ]);
  const before = look();
  const { ok, checks } = await preflight(world);
  expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
  expect(checks.map(({ hint }) => hint).join('')).toBe('');
  expect(ok).toBe(true);
  expect(new Set(checks.map(({ check }) => check))).toEqual(new Set(CHECK_NAMES));
  expect(look()).toEqual(before);
});

test.each(
  FINDINGS,
)('%s: %s, with a remedy that says %s', async (check, status, remedy, spoil, options) => {
  await using world = await openScenario({ ...options, database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  await spoil(world);
  const found = await preflight(world);
  const [finding] = found.checks.filter((one) => one.check === check && one.status === status);
  expect(finding, statusOf(found).join(', ')).toBeDefined();
  expect(finding?.hint).toMatch(remedy);
  expect(found.ok).toBe(status !== 'fail');
  for (const one of found.checks.filter(
    (one) => one.status !== 'pass' && one.status !== 'unknown',
  )) {
    expect(one.hint, one.detail).not.toBe('');
  }
});

test('whose role is not told may be an admin that Active-Active databases log in as', async () => {
  await using world = await openScenario({ login: 'admin', database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  world.api.fault = ({ path }) => (path === '/v1/users' ? { status: 500 } : undefined);
  const { checks } = await preflight(world);
  expect(checks.find(({ check }) => check === 'managed')).toMatchObject({
    status: 'unknown',
    detail: expect.stringContaining("did not tell the user's role"),
  });
});

test('a login is tried once, and not at all with a password that a database refused', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  await putByHand(world, { username: 'orders', password: 'wrong', ...endpointOf(world) });
  const found = await preflight(world);
  expect(statusOf(found)).toEqual(expect.arrayContaining(['proof fail', 'login unknown']));
  expect(world.api.calls).toEqual([]);
  await putByHand(world, { username: 'orders', password: 'wrong' });
  expect(statusOf(await preflight(world))).toContain('login fail');
  expect(world.api.calls.filter(({ status }) => status === 401)).toHaveLength(1);
});

test('a secret that cannot be read is a finding, not an error', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.aws.fault = () => 'refused';
  const found = await preflight(world);
  expect(found.ok).toBe(false);
  expect(statusOf(found)).toContain('secret fail');
});

/** Runs the command beside a world, of which it knows the environment alone. */
function command(world: Pick<Scenario, 'environment'>, ...args: string[]): Promise<Ended> {
  const env = { ...process.env, ...world.environment };
  return new Promise((resolve) => {
    execFile(process.execPath, ['cli/preflight.ts', ...args], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out, err });
    });
  });
}

type Ended = { code: number | string | null | undefined; out: string; err: string };

test('npm run preflight asks the deployed function, and fails where a rotation would', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  const ask = ['--function', FUNCTION_NAME, '--secret', 'orders'];
  const good = await command(world, ...ask);
  expect(good.out).toMatch(/^pass {5}secret.*The next rotation can go ahead\.\n$/s);
  expect([good.err, good.code]).toEqual(['', 0]);
  world.user.status = 'locked';
  const bad = await command(world, ...ask);
  expect(bad.out).toMatch(/^fail {5}user .*→ have an administrator reset the password/ms);
  expect(bad.out).toContain('The next rotation would fail.');
  expect(bad.code).toBe(1);
  const asJson = await command(world, ...ask, '--json');
  expect(JSON.parse(asJson.out)).toMatchObject({ ok: false });
});

/** Makes another secret that rotates with the function, with a tag that names its user. */
async function makeOther(world: Scenario, name: string, user: string): Promise<string> {
  const arn = await makeSecret(world, name, { username: user, password: 'x' }, user);
  world.store.write(arn, (secret) => {
    secret.rotationEnabled = true;
    secret.rotationLambdaArn = FUNCTION_ARN;
  });
  return arn;
}

const ASK = ['--function', FUNCTION_NAME, '--secret', 'orders', '--json'];

async function userTagOf(world: Scenario): Promise<Partial<Check>[]> {
  const { out } = await command(world, ...ASK);
  return (JSON.parse(out) as Preflight).checks.filter(({ check }) => check === 'user-tag');
}

test('npm run preflight warns of another secret of the same user', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  // A page of ListSecrets has 100: the other secret is on the second.
  for (let user = 1; user <= 100; user += 1) await makeOther(world, `${user}`, `orders-${user}`);
  const off = await makeOther(world, 'off', 'orders');
  world.store.write(off, (secret) => {
    secret.rotationEnabled = false;
  });
  const elsewhere = await makeOther(world, 'elsewhere', 'orders');
  world.store.write(elsewhere, (secret) => {
    secret.rotationLambdaArn = FUNCTION_ARN.replace(/[^:]+$/, 'another');
  });
  const alone = { check: 'user-tag', status: 'pass' };
  expect(await userTagOf(world)).toMatchObject([alone]);
  await makeOther(world, 'second', 'orders');
  expect(await userTagOf(world)).toMatchObject([
    alone,
    {
      status: 'warn',
      detail: 'secret second names the same user',
      hint: expect.stringContaining('keep one secret for each user'),
    },
  ]);
});

test('npm run preflight names the permission that ListSecrets needs', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  world.aws.fault = (action) => (action === 'secretsmanager:ListSecrets' ? 'refused' : undefined);
  expect(await userTagOf(world)).toMatchObject([
    { status: 'pass' },
    { status: 'unknown', hint: 'add secretsmanager:ListSecrets to your permissions' },
  ]);
});

test('npm run preflight -- --help prints the usage', async () => {
  const { code, out } = await command({ environment: {} }, '--help');
  expect([code, out]).toEqual([0, expect.stringMatching(/^usage: npm run preflight/)]);
});

test.each([
  [[], 'give --function and --secret, or --local'],
  [['--local', '--secret', 'x'], 'give --function and --secret, or --local'],
  [['--function', 'another', '--secret', 'orders'], 'Function not found: another'],
  [['--function', FUNCTION_NAME, '--secret', 'nothing'], "can't find the specified secret"],
])('npm run preflight -- %j is refused with the usage', async (args, says) => {
  await using world = await openScenario({ database: 'built-in' });
  const { code, err } = await command(world, ...args);
  expect(err).toContain(says);
  expect(err).toContain('usage: npm run preflight');
  expect(code).toBe(2);
});

test('npm run preflight -- --local needs no AWS', async () => {
  const { code, out } = await command({ environment: {} }, '--local');
  expect(out).toContain('The next rotation can go ahead.');
  expect(code).toBe(0);
});
