import { expect, test } from 'vitest';
import type { Check } from '../../lambda/preflight/check.ts';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { FUNCTION_ARN, FUNCTION_NAME } from '../sandbox/names.ts';
import { readSecret, rotateSecret } from '../sandbox/setup.ts';
import { openScenario, putManually, type Scenario } from '../support/scenario.ts';
import { makeOther } from './make-other.ts';
import { runCli, startCli } from './run-cli.ts';

const ARGUMENTS = ['preflight', '--secret', 'orders'];

test('preflight invokes the function, and fails if a rotation would fail', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  const good = await runCli(world, ...ARGUMENTS);
  expect(good.out).toMatch(/^pass {5}secret.*The next rotation can go ahead\.\n$/s);
  expect([good.err, good.code]).toEqual(['', 0]);
  world.user.status = 'locked';
  const bad = await runCli(world, ...ARGUMENTS);
  expect(bad.out).toMatch(/^fail {5}user .*→ if locked, wait 30 minutes/ms);
  expect(bad.out).toContain('The next rotation would fail.');
  expect(bad.code).toBe(1);
  const asJson = await runCli(world, ...ARGUMENTS, '--json');
  expect(JSON.parse(asJson.out)).toMatchObject({ ok: false });
});

async function userTagChecks(world: Scenario): Promise<Partial<Check>[]> {
  const { out } = await runCli(world, ...ARGUMENTS, '--json');
  return (JSON.parse(out) as Preflight).checks.filter(({ check }) => check === 'user-tag');
}

test('preflight warns about another secret of the same user', async () => {
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

test('preflight warns about another secret of the same database, in any case', async () => {
  const userTag = 'default@db.example.com:12000';
  await using world = await openScenario({ isDefaultUser: true, ssl: false, userTag });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  await makeOther(world, 'second', 'default@DB.Example.com:12000');
  expect(await userTagChecks(world)).toContainEqual(
    expect.objectContaining({ status: 'warn', detail: 'secret second names the same user' }),
  );
});

test('preflight ends with the lock-out, although the next rotation would end it', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  const value = await readSecret(world, world.arn);
  await putManually(world, { ...value, password: 'wrong' });
  const one = await runCli(world, ...ARGUMENTS);
  expect(one.out).toMatch(
    /\nApplications that read the secret cannot log in now\.\nThe next rotation can go ahead\.\n$/,
  );
  const all = await runCli(world, 'preflight', '--all');
  expect(all.out).toMatch(/\n1 of 1 secret: applications cannot log in now\.\n$/);
});

test('preflight names the missing permission for ListSecrets', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  world.aws.fault = (action) => (action === 'secretsmanager:ListSecrets' ? 'denied' : undefined);
  expect(await userTagChecks(world)).toMatchObject([
    { status: 'pass' },
    { status: 'unknown', hint: 'add secretsmanager:ListSecrets to your permissions' },
  ]);
});

test.each([
  [['preflight'], 'give --secret or --all'],
  [['preflight', '--all', '--secret', 'x'], '--all excludes --secret and --function'],
])('preflight prints its usage with the error for %j', async (args, message) => {
  const { code, out, err } = await startCli(args).ended;
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(`${message}\nusage: redis-enterprise-rotation preflight\n`);
});

test.each([
  ['another', 'orders', 'Function not found: another'],
  [FUNCTION_NAME, 'nothing', "can't find the specified secret"],
])('preflight says what does not exist: %s, %s', async (name, secret, message) => {
  await using world = await openScenario({ database: 'built-in' });
  const args = ['preflight', '--function', name, '--secret', secret];
  const { code, out, err } = await runCli(world, ...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
  expect(err).toContain('hint: check ');
});
