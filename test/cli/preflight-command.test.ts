import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import type { Check } from '../../lambda/preflight/check.ts';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { FUNCTION_ARN, FUNCTION_NAME } from '../sandbox/names.ts';
import { makeSecret, rotateSecret } from '../sandbox/setup.ts';
import { openScenario, type Scenario } from '../support/scenario.ts';

const ARGUMENTS = ['--function', FUNCTION_NAME, '--secret', 'orders'];

type Outcome = { code: number | string | null | undefined; out: string; err: string };

/** Runs `npm run preflight` with the environment of a world. */
function runPreflight(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Outcome> {
  const env = { ...process.env, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, ['cli/preflight.ts', ...args], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out, err });
    });
  });
}

test('npm run preflight invokes the function, and fails if a rotation would fail', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  const good = await runPreflight(world.environment, ...ARGUMENTS);
  expect(good.out).toMatch(/^pass {5}secret.*The next rotation can go ahead\.\n$/s);
  expect([good.err, good.code]).toEqual(['', 0]);
  world.user.status = 'locked';
  const bad = await runPreflight(world.environment, ...ARGUMENTS);
  expect(bad.out).toMatch(/^fail {5}user .*→ let an administrator reset the password/ms);
  expect(bad.out).toContain('The next rotation would fail.');
  expect(bad.code).toBe(1);
  const asJson = await runPreflight(world.environment, ...ARGUMENTS, '--json');
  expect(JSON.parse(asJson.out)).toMatchObject({ ok: false });
});

/** Makes another secret that rotates with the function and has the tag of a user. */
async function makeOther(world: Scenario, name: string, user: string): Promise<string> {
  const arn = await makeSecret(world, name, { username: user, password: 'x' }, user);
  world.store.write(arn, (secret) => {
    secret.rotationEnabled = true;
    secret.rotationLambdaArn = FUNCTION_ARN;
  });
  return arn;
}

async function userTagChecks(world: Scenario): Promise<Partial<Check>[]> {
  const { out } = await runPreflight(world.environment, ...ARGUMENTS, '--json');
  return (JSON.parse(out) as Preflight).checks.filter(({ check }) => check === 'user-tag');
}

test('npm run preflight warns about another secret of the same user', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  // A page of ListSecrets has 100 secrets: the other secret is on the second page.
  for (let user = 1; user <= 100; user += 1) await makeOther(world, `${user}`, `orders-${user}`);
  const disabled = await makeOther(world, 'disabled', 'orders');
  world.store.write(disabled, (secret) => {
    secret.rotationEnabled = false;
  });
  const foreign = await makeOther(world, 'foreign', 'orders');
  world.store.write(foreign, (secret) => {
    secret.rotationLambdaArn = FUNCTION_ARN.replace(/[^:]+$/, 'another');
  });
  const alone = { check: 'user-tag', status: 'pass' };
  expect(await userTagChecks(world)).toMatchObject([alone]);
  await makeOther(world, 'second', 'orders');
  expect(await userTagChecks(world)).toMatchObject([
    alone,
    {
      status: 'warn',
      detail: 'secret second names the same user',
      hint: expect.stringContaining('keep one secret for each user'),
    },
  ]);
});

test('npm run preflight names the missing permission for ListSecrets', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  world.aws.fault = (action) => (action === 'secretsmanager:ListSecrets' ? 'denied' : undefined);
  expect(await userTagChecks(world)).toMatchObject([
    { status: 'pass' },
    { status: 'unknown', hint: 'add secretsmanager:ListSecrets to your permissions' },
  ]);
});

test('npm run preflight -- --help prints the usage', async () => {
  const { code, out } = await runPreflight({}, '--help');
  expect([code, out]).toEqual([0, expect.stringMatching(/^usage: npm run preflight/)]);
});

test.each([
  [[], 'give --function and --secret, or --local'],
  [['--local', '--secret', 'x'], 'give --function and --secret, or --local'],
  [['--function', 'another', '--secret', 'orders'], 'Function not found: another'],
  [['--function', FUNCTION_NAME, '--secret', 'nothing'], "can't find the specified secret"],
])('npm run preflight prints its usage with the error for %j', async (args, message) => {
  await using world = await openScenario({ database: 'built-in' });
  const { code, err } = await runPreflight(world.environment, ...args);
  expect(err).toContain(message);
  expect(err).toContain('usage: npm run preflight');
  expect(code).toBe(2);
});

test('npm run preflight -- --local needs no AWS account', async () => {
  const { code, out } = await runPreflight({}, '--local');
  expect(out).toContain('The next rotation can go ahead.');
  expect(code).toBe(0);
});
