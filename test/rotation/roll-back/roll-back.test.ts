import { expect, test } from 'vitest';
import { canLogIn } from '../../sandbox/application.ts';
import { rollBack } from '../../support/roll-back.ts';
import {
  FIRST_PASSWORD,
  idOf,
  labels,
  OVERLAP_SECONDS,
  passwordOf,
  reconcile,
} from '../../support/scenario.ts';
import { moveLabel } from '../move-label.ts';
import { LOGIN_KINDS } from '../replace-all/expect-replaced.ts';
import { expiryOf, openRotated } from './rotated.ts';

test.each(
  LOGIN_KINDS,
)('rollBack makes the replaced password AWSCURRENT again: %s', async (_, options) => {
  await using world = await openRotated(options);
  const { before, after, time } = world;
  const passwords = [...world.user.passwords];
  expect(await rollBack(world)).toEqual({ versionId: before, replaced: after });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect(world.user.passwords).toEqual(passwords);
  expect(expiryOf(world, before)).toBeUndefined();
  expect(expiryOf(world, after)).toBe(Math.ceil(time.now() / 1_000) + OVERLAP_SECONDS);
  expect(idOf(world, 'AWSPENDING')).toBeUndefined();
});

test('both passwords log in after a rollback, and the restored one stays', async () => {
  await using world = await openRotated();
  const username = world.user.name;
  const newer = String(passwordOf(world, 'AWSCURRENT'));
  await rollBack(world);
  for (const password of [FIRST_PASSWORD, newer]) {
    expect(await canLogIn(world, { username, password })).toBe(true);
  }
  world.time.advance(OVERLAP_SECONDS - 1);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  world.time.advance(2);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(await canLogIn(world, { username, password: FIRST_PASSWORD })).toBe(true);
  expect(await canLogIn(world, { username, password: newer })).toBe(false);
  expect(labels(world)).toEqual([['AWSCURRENT', 'LIVE'], []]);
});

test('a restored password that is moved on manually after its old expiry has an overlap', async () => {
  await using world = await openRotated();
  world.time.advance(OVERLAP_SECONDS / 2);
  await rollBack(world);
  // The expiry that the rotation gave to the restored version has passed.
  world.time.advance(OVERLAP_SECONDS / 2 + 1);
  await moveLabel(world, 'AWSCURRENT', world.after);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  world.time.advance(OVERLAP_SECONDS - 1);
  await reconcile(world);
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
});
