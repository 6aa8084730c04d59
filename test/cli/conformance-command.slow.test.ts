import { expect, test } from 'vitest';
import { widthOf } from '../../cli/terminal.ts';
import { openWorld } from '../sandbox/world.ts';
import { runOn } from './conformance-command.ts';
import { adminOf, answersIn, isUserDeletion, namesOf, PASSWORD_PATH } from './conformance-world.ts';
import { DEFAULT_ANSWERS } from './expected-answers.ts';

test.concurrent('prints a table of 80 columns, or JSON, and no password', async () => {
  await using world = await openWorld({ database: 'built-in' });
  // The answer "no" or "accepted" takes 30 seconds of waiting.
  world.cluster.options.disconnectOnRemoval = 'enabled';
  world.cluster.options.lockedMayUseDatabases = false;
  const [table, json] = await Promise.all([
    runOn(world, '--database', `127.0.0.1:${world.database.port}`).ended,
    runOn(world, '--json').ended,
  ]);
  expect([table.code, table.err]).toEqual([0, '']);
  expect(widthOf(table.out)).toBeLessThanOrEqual(80);
  expect(table.out).toMatch(/41 questions: 31 as assumed, 0 differ, 10 not tried\.\n$/);
  const outcome = JSON.parse(json.out);
  expect([json.code, outcome.left, Object.keys(answersIn(outcome))]).toEqual([
    0,
    [],
    Object.keys(DEFAULT_ANSWERS),
  ]);
  const [password = ''] = adminOf(world).passwords;
  for (const { out, err } of [table, json]) expect(out + err).not.toContain(password);
});

test.concurrent('fails with the names of the users that are left, and what to do', async () => {
  await using world = await openWorld({ database: 'built-in' });
  // A retry follows any other status; five of them take five seconds.
  world.api.fault = (call) => (isUserDeletion(call) ? { status: 401 } : undefined);
  const { code, out, err } = await runOn(world, '--json').ended;
  const { left } = JSON.parse(out);
  expect([code, left]).toEqual([1, namesOf(world).slice(1)]);
  expect(left).toHaveLength(4);
  expect(err).toContain(`these users may be left: ${left.join(', ')}\nhint: delete them in the`);
});

test.concurrent.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('deletes its users after %s, even if it repeats', async (signal, code) => {
  await using world = await openWorld({ database: 'built-in' });
  const command = runOn(world, '--json');
  let changes = 0;
  world.api.fault = (call) => {
    if (call.path === PASSWORD_PATH) changes += 1;
    if (isUserDeletion(call) || changes === 3) command.kill(signal);
    return undefined;
  };
  const ended = await command.ended;
  const told = `${signal}: deleting the test users first\ninterrupted by ${signal}\n`;
  expect([ended.code, ended.err]).toEqual([code, told]);
  expect(JSON.parse(ended.out)).toMatchObject({ left: [], ended: `interrupted by ${signal}` });
  expect(namesOf(world)).toEqual(['admin']);
});
