import { expect, test } from 'vitest';
import { ACCOUNT, FUNCTION_ARN, REGION } from '../sandbox/names.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { runCli } from './run-cli.ts';
import { addSecrets, nameOf, TWELVE } from './twelve-secrets.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
type Invocation = { state: string; step: string; age: number; code?: string };

/** Writes the last line of an invocation into the log; without a code, of a success. */
function logInvocation(world: World, { state, step, age, code }: Invocation): void {
  const line = {
    timestamp: new Date(Date.now() - age),
    message: code === undefined ? 'done' : 'failed',
    step,
    secretId: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${nameOf(state)}-a1b2c3`,
    ...(code && { code, error: `why ${code}; hint: correct ${code}` }),
  };
  world.lines.push(JSON.stringify(line));
}

/** Runs `status --errors` on secrets that are well, except for the log. */
async function statusOf(invocations: Omit<Invocation, 'state'>[], ...args: string[]) {
  await using world = await openWorld({ database: 'built-in' });
  const { well } = TWELVE;
  if (well === undefined) throw new Error('no state');
  addSecrets(world, { well, logged: well, ...(TWELVE.overdue && { overdue: TWELVE.overdue }) });
  for (const one of invocations) logInvocation(world, { state: 'logged', ...one });
  const { code, out } = await runCli(world, 'status', '--errors', ...args);
  const rows = out.split('\n').filter((line) => /^(fail|warn|ok) /.test(line));
  return { code, out, rows: rows.map((row) => row.split(/ +/).slice(0, 2).join(' ')) };
}

const rejected = { code: 'current_password_refused', step: 'reconcile', age: HOUR_MS };

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

test.concurrent('status --errors shows a failed replaceAll until another one succeeds', async () => {
  const replaceAll = { step: 'replaceAll', age: 4 * DAY_MS };
  const failed = { ...replaceAll, code: 'cluster_login_refused' };
  const reconciles = [
    { ...rejected, age: 2 * DAY_MS },
    { step: 'reconcile', age: DAY_MS },
  ];
  const { rows } = await statusOf([failed, ...reconciles]);
  expect(rows).toContain('fail redis/logged');
  const later = { ...replaceAll, age: 3 * DAY_MS };
  expect((await statusOf([failed, later, ...reconciles])).rows).toContain('ok redis/logged');
});

test.concurrent('status --errors drops the error of a rotation after a replaceAll', async () => {
  const failed = { step: 'setSecret', code: 'cluster_login_refused', age: 2 * HOUR_MS };
  const { rows } = await statusOf([failed, { step: 'replaceAll', age: HOUR_MS }]);
  expect(rows).toContain('ok redis/logged');
});

test.concurrent.each([
  // A mistyped name, and a step that anybody who may invoke the function can call.
  { step: 'replaceAll', code: 'event_invalid' },
  { step: 'createSecret', code: 'token_not_staged' },
])('status --errors shows a failed replaceAll although a later $step fails', async (later) => {
  const failed = { step: 'replaceAll', code: 'cluster_unreachable', age: 2 * HOUR_MS };
  const { rows } = await statusOf([failed, { ...later, age: HOUR_MS }]);
  expect(rows).toContain('fail redis/logged');
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
