import { expect, test } from 'vitest';
import { openRotated, type Rotated, setExpiry, stateOf } from '../rotation/roll-back/rotated.ts';
import { FIRST_PASSWORD, passwordOf } from '../support/scenario.ts';
import { runCli } from './run-cli.ts';

const ROLL_BACK = ['roll-back', '--secret', 'orders'];

/** Expects a command to fail before any change. */
async function expectUnchanged(world: Rotated, ...args: string[]) {
  const before = stateOf(world);
  const ended = await runCli(world, ...ROLL_BACK, ...args);
  expect(stateOf(world)).toEqual(before);
  expect([ended.code, ended.out]).toEqual([args.includes('--version-id') ? 1 : 2, '']);
  return ended.err;
}

test('roll-back shows what will happen, and makes the replaced password AWSCURRENT', async () => {
  await using world = await openRotated();
  const { before, after } = world;
  const { code, out, err } = await runCli(world, ...ROLL_BACK, '--yes', 'orders');
  expect(err).toMatch(
    /^Secret orders of user orders:\n- AWSCURRENT moves back to AWSPREVIOUS, or else the newest /,
  );
  expect(err).toContain(`version ${before} (AWSPREVIOUS)`);
  expect([code, out]).toEqual([
    0,
    `AWSCURRENT is version ${before} again. Version ${after} stays valid for the overlap.\n`,
  ]);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  const args = ['--version-id', after, '--yes', 'orders', '--json'];
  const again = await runCli(world, ...ROLL_BACK, ...args);
  expect(JSON.parse(again.out)).toEqual({ versionId: after, replaced: before });
});

test('roll-back asks nothing and changes nothing off a terminal without --yes', async () => {
  await using world = await openRotated();
  expect(await expectUnchanged(world)).toBe(
    'this command asks for the username, and this is no terminal\n' +
      'hint: add --yes with the username\n',
  );
});

test.each(['nobody', 'Orders', 'orders '])('roll-back refuses --yes %j', async (name) => {
  await using world = await openRotated();
  expect(await expectUnchanged(world, '--yes', name)).toContain(
    'the username is not that of the secret, and nothing was changed\n' +
      "hint: type the username of the secret's user tag\n",
  );
});

test('roll-back names a version whose password was deleted', async () => {
  await using world = await openRotated();
  const err = await expectUnchanged(world, '--version-id', world.after, '--yes', 'orders');
  expect(err).toMatch(/and nothing was changed\nhint: rotate to a new password/);
});

test('roll-back prints the message and the hint of the function', async () => {
  await using world = await openRotated();
  await setExpiry(world, world.before, 30);
  const before = stateOf(world);
  const { code, out, err } = await runCli(world, ...ROLL_BACK, '--yes', 'orders', '--json');
  expect(stateOf(world)).toEqual(before);
  const { error } = JSON.parse(out);
  expect([code, Object.keys(error)]).toEqual([1, ['code', 'message', 'hint']]);
  expect(err).toContain(`${error.message}\nhint: ${error.hint}\n`);
  expect(err).not.toContain('    at ');
});
