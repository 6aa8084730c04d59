import { expect, test } from 'vitest';
import { runOn } from './conformance-command.ts';
import { answersIn, observe } from './conformance-world.ts';
import {
  ANSWERS,
  DEFAULT_TRIALS,
  OWN_PASSWORD,
  openWithDefaultUser,
} from './default-user-world.ts';

const DELETES = ({ method }: { method: string }) => method === 'DELETE';

test('a connection that fails after a deletion does not count as an open database', async () => {
  await using world = await openWithDefaultUser();
  let isReset = false;
  world.database.fault = () => {
    if (isReset || !world.api.calls.some(DELETES)) return undefined;
    isReset = true;
    return 'request lost';
  };
  expect(answersIn(await observe(world, DEFAULT_TRIALS))).toEqual(ANSWERS);
  expect(isReset).toBe(true);
  expect(world.listed.user.passwords).toEqual([OWN_PASSWORD]);
});

test.each([
  ['whose reply is lost', 'reply lost', 0],
  ['that the database learns late', undefined, 200],
] as const)('adds a password after a deletion %s, and that leaves none', async (_, fault, late) => {
  await using world = await openWithDefaultUser();
  world.listed.options.deletesAll = true;
  world.proxy.delayMs = late;
  world.api.fault = (call) => (DELETES(call) ? fault : undefined);
  const { isOpened } = await observe(world, DEFAULT_TRIALS);
  expect(isOpened).toBe(true);
  expect(world.listed.user.passwords).toHaveLength(1);
});

test('deletes a weak password whose addition had no reply', async () => {
  await using world = await openWithDefaultUser();
  world.listed.options.isComplexityChecked = false;
  world.api.fault = ({ method }) => (method === 'POST' ? 'reply lost' : undefined);
  const rules = DEFAULT_TRIALS.filter(({ id }) => id === 'default-rules');
  const { leftPasswords } = await observe(world, rules);
  expect(leftPasswords).toBe(0);
  expect(world.listed.user.passwords).toEqual([OWN_PASSWORD]);
});

test.each([
  [true, /without a password; the command added .* hint: set its password in the Cluster Manager/],
  [false, /^SIGINT: deleting the test passwords first interrupted by SIGINT $/],
])('Ctrl-C deletes the passwords, and hides no open database: %s', async (deletesAll, message) => {
  await using world = await openWithDefaultUser();
  world.listed.options.deletesAll = deletesAll;
  const endpoint = `127.0.0.1:${world.database.port}`;
  const command = runOn(world, '--default-user', endpoint);
  world.api.fault = ({ method }) => {
    if (method === 'POST') command.kill('SIGINT');
    return undefined;
  };
  const { code, err } = await command.ended;
  expect(code).toBe(130);
  expect(err.replaceAll('\n', ' ')).toMatch(message);
  expect(world.listed.user.passwords).toHaveLength(1);
});
