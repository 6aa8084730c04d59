import { expect, test } from 'vitest';
import { FUNCTION_ARN } from '../sandbox/names.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { openScenario } from '../support/scenario.ts';
import { makeOther } from './make-other.ts';
import { runCli } from './run-cli.ts';

test('preflight --all checks every secret, and shows what does not pass', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  await makeOther(world, 'broken', 'nobody');
  const { code, out, err } = await runCli(world, 'preflight', '--all');
  expect([code, err]).toEqual([1, '']);
  expect(out).toMatch(/^orders\n.*\d+ of \d+ checks pass\n\nbroken\n.*^fail /ms);
  expect(out).toContain('1 of 2 secrets: the next rotation would fail.');
  const asJson = await runCli(world, 'preflight', '--all', '--json');
  expect([asJson.code, JSON.parse(asJson.out)]).toMatchObject([
    1,
    {
      ok: false,
      secrets: [
        { name: 'orders', ok: true },
        { name: 'broken', ok: false },
      ],
    },
  ]);
});

test('preflight --all counts a secret that could not be checked apart', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.store.write(world.arn, (secret) => {
    secret.rotationLambdaArn = FUNCTION_ARN.replace(/[^:]+$/, 'another');
  });
  const { code, out } = await runCli(world, 'preflight', '--all');
  expect(code).toBe(2);
  expect(out).toMatch(/\n1 of 1 secret could not be checked\.\n$/);
  expect(out).not.toContain('would fail');
});

test('preflight --all of no secret says which tag it looks for', async () => {
  await using world = await openScenario({ userTag: undefined });
  const { code, out } = await runCli(world, 'preflight', '--all');
  expect([code, out]).toEqual([
    0,
    'No secret of this Region has the tag redis-enterprise-rotation:user.\n',
  ]);
});
