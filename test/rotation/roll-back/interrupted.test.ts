import { expect, test } from 'vitest';
import { removeFaults } from '../../support/interrupt.ts';
import { rollBack } from '../../support/roll-back.ts';
import { idOf, OVERLAP_SECONDS, passwordOf, reconcile } from '../../support/scenario.ts';
import { expectUnchanged } from './expect-unchanged.ts';
import { expiryOf, openRotated, setExpiry } from './rotated.ts';

test('rollBack sets the expiry again if its removal took until the expiry', async () => {
  await using world = await openRotated({ database: 'built-in' });
  await setExpiry(world, world.before, 61);
  world.aws.fault = (_action, { VersionStage }) => {
    if (String(VersionStage).startsWith('EXPIRES')) world.time.advance(35);
    return undefined;
  };
  const { code, message } = await expectUnchanged(world);
  expect(code).toBe('version_not_restorable');
  expect(message).toContain(`removing EXPIRES from version ${world.before} took too long`);
});

test('after a rollBack that could not move AWSCURRENT, its version expires again', async () => {
  await using world = await openRotated({ database: 'built-in' });
  const { before, after, time } = world;
  world.aws.fault = (_action, { VersionStage }) =>
    VersionStage === 'AWSCURRENT' ? 'denied' : undefined;
  await expect(rollBack(world)).rejects.toMatchObject({ code: 'aws_call_failed' });
  removeFaults(world);
  expect(idOf(world, 'AWSCURRENT')).toBe(after);
  expect(expiryOf(world, before)).toBeUndefined();
  await reconcile(world);
  expect(expiryOf(world, before)).toBe(Math.ceil(time.now() / 1_000) + OVERLAP_SECONDS);
  time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('rollBack verifies a password again after it removed the expiry', async () => {
  await using world = await openRotated({ database: 'built-in' });
  world.aws.fault = async (_action, { VersionStage }) => {
    if (!String(VersionStage).startsWith('EXPIRES')) return undefined;
    world.user.passwords = [String(passwordOf(world, 'AWSCURRENT'))];
    await world.cluster.onPasswords(world.user);
    return undefined;
  };
  const message = /AWSCURRENT did not move: .+ has just rejected the password of version/;
  const failure = { code: 'version_not_restorable', message: expect.stringMatching(message) };
  await expect(rollBack(world)).rejects.toMatchObject(failure);
  expect(idOf(world, 'AWSCURRENT')).toBe(world.after);
});

test('a rollBack that cannot verify a password again says that AWSCURRENT did not move', async () => {
  await using world = await openRotated({ database: 'built-in' });
  const { before, after, time } = world;
  world.aws.fault = (_action, { VersionStage }) => {
    if (String(VersionStage).startsWith('EXPIRES')) world.database.fault = () => 'request lost';
    return undefined;
  };
  await expect(rollBack(world)).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining(
      `AWSCURRENT did not move: version ${before} cannot be verified`,
    ),
  });
  removeFaults(world);
  world.database.fault = undefined;
  expect(idOf(world, 'AWSCURRENT')).toBe(after);
  await reconcile(world);
  expect(expiryOf(world, before)).toBe(Math.ceil(time.now() / 1_000) + OVERLAP_SECONDS);
});
