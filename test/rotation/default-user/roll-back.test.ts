import { expect, test } from 'vitest';
import { rotateSecret } from '../../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
} from '../../support/scenario.ts';

test('rollBack makes the previous password of a default user current again', async () => {
  await using world = await openScenario({ isDefaultUser: true });
  world.time.advance(1);
  await rotateSecret(world, world.arn);
  const left = passwordOf(world, 'AWSCURRENT');
  await world.invoke({ Step: 'rollBack', SecretId: world.arn, Confirm: 'default' });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, left]);
  world.time.advance(2 * OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('rollBack of a default user changes nothing if its database accepts any password', async () => {
  await using world = await openScenario({ isDefaultUser: true });
  world.time.advance(1);
  await rotateSecret(world, world.arn);
  const current = passwordOf(world, 'AWSCURRENT');
  world.user.passwords = [];
  await world.cluster.onPasswords({ ...world.user, isOpen: true });
  const rolledBack = world.invoke({ Step: 'rollBack', SecretId: world.arn, Confirm: 'default' });
  await expect(rolledBack).rejects.toMatchObject({ code: 'database_unprotected' });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(current);
});
