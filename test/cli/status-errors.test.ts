import { expect, test } from 'vitest';
import { FUNCTION_ARN } from '../sandbox/names.ts';
import { openWorld } from '../sandbox/world.ts';
import { DAY_MS, HOUR_MS, logInvocation, rejected, statusOf } from './logged-status.ts';
import { runCli } from './run-cli.ts';
import { addSecrets, nameOf, TWELVE } from './twelve-secrets.ts';

test.concurrent('status --errors shows a secret whose password is rejected first, and fails', async () => {
  const { code, out, rows } = await statusOf([{ step: 'reconcile', age: 2 * HOUR_MS }, rejected]);
  expect([code, rows[0]]).toEqual([1, 'fail redis/logged']);
  expect(out).toContain(
    'last error 1h ago in reconcile: current_password_refused: why\n' +
      '      current_password_refused\n' +
      '      → correct current_password_refused\n',
  );
  expect(out.split('\n').at(-2)).toBe('3 secrets: 2 fail, 0 warn, 1 ok.');
});

test.concurrent.each([
  ['createSecret', 'aws_call_failed', 'warn redis/logged'],
  // Only another rotation shows that the step succeeds now.
  ['setSecret', 'current_password_refused', 'warn redis/logged'],
  ['reconcile', 'current_password_refused', 'ok redis/logged'],
  ['rollBack', 'version_not_restorable', 'ok redis/logged'],
  // It names another user: nothing started, and nothing has to be replaced.
  ['replaceAll', 'event_invalid', 'ok redis/logged'],
])('status --errors of a failed %s (%s) before a reconcile shows %s', async (step, code, row) => {
  const { rows } = await statusOf([
    { step, code, age: HOUR_MS },
    { step: 'reconcile', age: HOUR_MS / 2 },
  ]);
  expect(rows).toContain(row);
});

test.concurrent('status --errors drops a rejection after a reconcile accepted it', async () => {
  const failed = { step: 'reconcile', code: 'cluster_login_refused', age: HOUR_MS / 2 };
  const { out, rows } = await statusOf([rejected, { ...failed, CurrentPasswordRejected: 0 }]);
  expect(rows).toContain('warn redis/logged');
  expect(out).not.toContain('current_password_refused');
  expect((await statusOf([rejected, failed])).rows[0]).toBe('fail redis/logged');
});

test.concurrent("status --errors reads the errors of a secret in its own function's log", async () => {
  await using world = await openWorld({ database: 'built-in' });
  const { well = { versions: [] } } = TWELVE;
  addSecrets(world, { well, logged: well });
  logInvocation(world, { state: 'logged', step: 'setSecret', code: 'unexpected', age: HOUR_MS });
  const { arn } = JSON.parse((await runCli(world, 'status', '--json')).out).secrets.find(
    ({ name }: { name: string }) => name === nameOf('logged'),
  );
  const before = await runCli(world, 'status', '--errors');
  expect(before.out).toMatch(/^warn +redis\/logged/m);
  world.store.write(arn, (secret) => {
    secret.rotationLambdaArn = FUNCTION_ARN.replace(/\w+$/, 'another');
  });
  const after = await runCli(world, 'status', '--errors');
  expect(after.out).toMatch(/^ok +redis\/logged/m);
});

test.concurrent('status --errors does not say to roll back while a version has REPLACING', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const { replacing = { versions: [] } } = TWELVE;
  addSecrets(world, { replacing });
  logInvocation(world, { state: 'replacing', ...rejected });
  const { out } = await runCli(world, 'status', '--errors', '--json');
  const hints = JSON.parse(out).secrets[0].problems.map(({ hint }: { hint: string }) => hint);
  expect(hints).toEqual([
    'run replace-all again',
    expect.stringMatching(/^run replace-all again;/),
  ]);
});

test.concurrent('status --errors sends nobody to status --errors', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world);
  const plain = await runCli(world, 'status', '--json');
  expect(plain.out.match(/status --errors/g)).toHaveLength(4);
  const withErrors = await runCli(world, 'status', '--errors', '--json');
  expect(withErrors.out).not.toContain('status --errors');
});

test.concurrent('status --errors drops an error that is older than the last rotation', async () => {
  const { rows, out } = await statusOf([{ ...rejected, age: 4 * DAY_MS }]);
  expect([rows.length, rows.at(-2)]).toEqual([3, 'ok redis/logged']);
  expect(out).not.toContain('last error');
  const { out: json } = await statusOf([{ ...rejected, age: 4 * DAY_MS }], '--json');
  expect(json).not.toContain(rejected.code);
});

test.concurrent('status says that it does not see rejected passwords and secrets without the tag', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world, { well: TWELVE.well ?? { versions: [] } });
  const limit = 'Not shown: errors, and whether AWSCURRENT is accepted. Run status --errors.\n';
  const untagged = 'Secrets without the tag redis-enterprise-rotation:user are not listed.\n';
  const { out } = await runCli(world, 'status');
  expect(out).toContain(`${limit}${untagged}`);
  const one = await runCli(world, 'status', '--errors', '--secret', nameOf('well'));
  expect(one.out).not.toContain(limit.slice(0, 9));
  expect(one.out).not.toContain(untagged);
});
