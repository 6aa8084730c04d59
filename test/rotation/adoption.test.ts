import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
} from '../support/scenario.ts';

const value = { password: undefined };

test('the first rotation adopts a user whose password is not in the secret', async () => {
  await using world = await openScenario({ value });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
  expect(labels(world)).toEqual([[], ['AWSCURRENT', 'LIVE']]);
});

test('the function does not delete a password that was never in the secret', async () => {
  await using world = await openScenario({ value });
  await rotateSecret(world, world.arn);
  const second = passwordOf(world, 'AWSCURRENT');
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
  expect(world.user.passwords).not.toContain(second);
});

test('reconcile changes nothing before the first rotation', async () => {
  await using world = await openScenario({ value });
  expect(await reconcile(world)).toEqual({ live: 0, deleted: 0 });
});

test('self mode fails without a password in the secret, before any change', async () => {
  await using world = await openScenario({ value, login: 'self' });
  world.driver.attempts = 1;
  const { outcome, error } = await rotateSecret(world, world.arn);
  expect(outcome).toBe('failed');
  expect(error).toMatchObject({ code: 'current_password_missing' });
  expect(labels(world)).toEqual([['AWSCURRENT'], ['AWSPENDING']]);
  expect(world.api.calls).toEqual([]);
});
