import { expect, test } from 'vitest';
import { type Rotated, setExpiry, stateOf } from '../rotation/roll-back/rotated.ts';
import { rotateSecret, updateStage } from '../sandbox/setup.ts';
import { FIRST_PASSWORD, passwordOf } from '../support/scenario.ts';
import { openRotatedToday } from './rotated-today.ts';
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
  await using world = await openRotatedToday();
  const { before, after } = world;
  const { code, out, err } = await runCli(world, ...ROLL_BACK, '--yes', 'orders');
  expect(err).toMatch(/^Secret orders of user orders:\n- AWSCURRENT moves back /);
  const list = err.split('\n').filter((line) => line.includes(' old'));
  expect(list).toEqual([expect.stringContaining(`  - version ${before}, AWSPREVIOUS, `)]);
  const shown = err.replace(/\s+/g, ' ');
  expect(shown).toMatch(/AWSPREVIOUS, [^,]+ old, may stay valid for \d+/);
  expect(shown).toContain(
    'The present password may stay valid until the overlap ends. A running rotation is cancelled.',
  );
  expect([code, out.replaceAll('\n', ' ')]).toEqual([
    0,
    `AWSCURRENT is version ${before} again. ` +
      `Version ${after} may stay valid until the overlap ends. `,
  ]);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  const args = ['--version-id', after, '--yes', 'orders', '--json'];
  const again = await runCli(world, ...ROLL_BACK, ...args);
  expect(JSON.parse(again.out)).toEqual({ versionId: after, replaced: before });
});

test('roll-back asks nothing and changes nothing off a terminal without --yes', async () => {
  await using world = await openRotatedToday();
  expect(await expectUnchanged(world)).toBe(
    'this command asks for the username, and this is no terminal\n' +
      'hint: add --yes with the username\n',
  );
});

test.each(['nobody', 'Orders', 'orders '])('roll-back refuses --yes %j', async (name) => {
  await using world = await openRotatedToday();
  expect(await expectUnchanged(world, '--yes', name)).toContain(
    'that is not the user of the secret; nothing was changed\n' +
      'hint: to change this secret, type its user: orders\n',
  );
});

test('roll-back says why a named version cannot become AWSCURRENT', async () => {
  await using world = await openRotatedToday();
  const { before, after } = world;
  const err = (id: string) => expectUnchanged(world, '--version-id', id, '--yes', 'orders');
  expect(await err(after)).toMatch(
    /^version_not_restorable: nothing was changed: that version is AWSCURRENT\nhint: name /,
  );
  expect(await err('no-such-version')).toContain('no version has that id\n');
  await setExpiry(world, before, 30);
  expect(await err(before)).toMatch(/has\sexpired,\sor\sexpires\swithin\sa\sminute/);
  await updateStage(world, world.arn, `LIVE-${before}`, { from: before });
  expect(await err(before)).toMatch(/\swas\sdeleted\nhint: an expired or deleted password cannot/);
});

test('roll-back lists the versions in the order of the function, without expired ones', async () => {
  await using world = await openRotatedToday();
  const { before: first, after: second } = world;
  world.time.advance(1);
  await rotateSecret(world, world.arn);
  const listed = async () => {
    const { err } = await runCli(world, ...ROLL_BACK, '--yes', 'nobody');
    return err
      .split('\n')
      .flatMap((line) => /^ {2}- version (\S+), (AWS\w+)?/.exec(line)?.slice(1) ?? []);
  };
  expect(await listed()).toEqual([second, 'AWSPREVIOUS', first, undefined]);
  await setExpiry(world, first, 30);
  expect(await listed()).toEqual([second, 'AWSPREVIOUS']);
});

test('roll-back without a version refuses a version that a rollback left', async () => {
  await using world = await openRotatedToday();
  await runCli(world, ...ROLL_BACK, '--yes', 'orders');
  const before = stateOf(world);
  const { code, err } = await runCli(world, ...ROLL_BACK, '--yes', 'orders');
  expect([code, stateOf(world)]).toEqual([1, before]);
  expect(err).toContain(
    'AWSCURRENT was rolled back already:\nAWSPREVIOUS is newer\n' +
      `hint: to take AWSPREVIOUS, add --version-id ${world.after}\n`,
  );
});

test('roll-back asks nothing while a version has REPLACING', async () => {
  await using world = await openRotatedToday();
  await updateStage(world, world.arn, 'REPLACING', { to: world.after });
  const before = stateOf(world);
  const { code, err } = await runCli(world, ...ROLL_BACK, '--yes', 'orders');
  expect([code, stateOf(world)]).toEqual([1, before]);
  expect(err).toMatch(/^replace_in_progress: nothing was changed: /);
  expect(err).toContain('hint: run replace-all again');
});

test('roll-back prints the message and the hint of the function', async () => {
  await using world = await openRotatedToday();
  world.store.write(world.arn, ({ versions }) => {
    const version = versions.get(world.before);
    if (version?.value === undefined || !('SecretString' in version.value)) throw new Error();
    const value = { ...JSON.parse(version.value.SecretString), username: 'another' };
    version.value = { SecretString: JSON.stringify(value) };
  });
  const before = stateOf(world);
  const { code, out, err } = await runCli(world, ...ROLL_BACK, '--yes', 'orders', '--json');
  expect(stateOf(world)).toEqual(before);
  const { error } = JSON.parse(out);
  expect([code, Object.keys(error)]).toEqual([1, ['code', 'message', 'hint']]);
  expect(err.replaceAll('\n', ' ')).toContain(`${error.message} hint: ${error.hint} `);
  expect(error.hint).toContain('--version-id');
  expect(err).not.toContain('    at ');
});
