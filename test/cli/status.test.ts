import { expect, test } from 'vitest';
import { openWorld } from '../sandbox/world.ts';
import { recordActions } from './record-actions.ts';
import { runCli } from './run-cli.ts';
import { statusesIn } from './statuses.ts';
import { addSecrets, nameOf, TWELVE, VALUE } from './twelve-secrets.ts';

const COLUMNS = 80;
const DAY_MS = 86_400_000;

test('status shows twelve secrets in as many states, what needs attention first', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world);
  const { code, out, err } = await runCli(world, 'status');
  expect([code, err]).toEqual([1, '']);
  const lines = out.split('\n');
  // A command stays in one line, so that it can be pasted.
  const isLong = (line: string) => line.length > COLUMNS && !/^ +aws /.test(line);
  expect(lines.filter(isLong)).toEqual([]);
  const rows = lines.filter((line) => /^(fail|warn|ok) /.test(line));
  // TWELVE is in the opposite order: what is well is first.
  expect(rows.map((row) => row.slice(6).split(' ')[0])).toEqual([
    ...Object.keys(TWELVE).slice(2).reverse().map(nameOf),
    ...Object.keys(TWELVE).slice(0, 2).reverse().map(nameOf),
  ]);
  expect(rows.at(-1)).toBe(
    'ok    redis/well              well         3d      2d 23h  27d      4d 4h',
  );
  expect(lines.slice(-2)).toEqual(['12 secrets: 7 fail, 3 warn, 2 ok.', '']);
});

test('status names the problem of each state, with a hint', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world);
  const { out } = await runCli(world, 'status', '--json');
  const statuses = new Map(statusesIn(out).map((one) => [one.name, one]));
  for (const state of Object.keys(TWELVE)) {
    const problems = statuses.get(nameOf(state))?.problems ?? [];
    expect(problems.map(({ code }) => code)).toEqual(state === 'well' ? [] : [state]);
    const isNote = state === 'rotating';
    for (const { what, hint } of problems)
      expect([what !== '', hint !== '']).toEqual([true, !isNote]);
  }
});

test('status reads labels and dates, and no secret value', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world);
  const actions = recordActions(world);
  const table = await runCli(world, 'status', '--errors');
  const json = await runCli(world, 'status', '--json');
  expect(new Set(actions)).toEqual(
    new Set([
      'secretsmanager:ListSecrets',
      'secretsmanager:ListSecretVersionIds',
      'logs:StartQuery',
      'logs:GetQueryResults',
    ]),
  );
  const { password } = JSON.parse(VALUE);
  for (const text of [table.out, table.err, json.out, json.err])
    expect(text).not.toContain(password);
});

test('status --secret describes one secret, and exits 0 if nothing needs attention', async () => {
  await using world = await openWorld({ database: 'built-in' });
  addSecrets(world);
  const actions = recordActions(world);
  const { code, out } = await runCli(world, 'status', '--secret', nameOf('well'), '--json');
  const [well] = statusesIn(out);
  expect([code, well?.level]).toEqual([0, 'ok']);
  expect(actions).toEqual(['secretsmanager:DescribeSecret', 'secretsmanager:ListSecretVersionIds']);
  const left = (well?.alsoValid ?? []).map(
    ({ expiresAt }) => Date.parse(String(expiresAt)) - Date.now(),
  );
  expect(left.map((ms) => Math.round((10 * ms) / DAY_MS) / 10)).toEqual([4.2, 0.5]);
});

test('status does not show a rolled-back or updated password younger than it is', async () => {
  await using world = await openWorld({ database: 'built-in' });
  // updateFields wrote the password of the last rotation into a new version an hour ago.
  addSecrets(world, {
    updated: { versions: [{ labels: ['AWSCURRENT', 'LIVE-'], age: 3_600_000 }] },
    restored: { versions: [{ labels: ['AWSCURRENT', 'LIVE-'], age: 20 * DAY_MS }] },
  });
  const { out } = await runCli(world, 'status');
  expect(out).toMatch(/redis\/updated +updated +≥1h/);
  expect(out).toMatch(/redis\/restored +restored +20d/);
});

test('status of no secret says which tag it looks for', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const { code, out } = await runCli(world, 'status');
  expect([code, out]).toEqual([
    0,
    'No secret of this Region has the tag redis-enterprise-rotation:user.\n',
  ]);
});

test('status shows 300 secrets over several pages', async () => {
  await using world = await openWorld({ database: 'built-in' });
  const { well } = TWELVE;
  if (well === undefined) throw new Error('no state');
  const names = Array.from({ length: 300 }, (_, index) => `many-${index}`);
  addSecrets(world, Object.fromEntries(names.map((name) => [name, well])));
  const actions = recordActions(world);
  const { code, out } = await runCli(world, 'status', '--json');
  expect([code, statusesIn(out).length]).toEqual([0, 300]);
  expect(actions.filter((action) => action === 'secretsmanager:ListSecrets')).toHaveLength(3);
});
