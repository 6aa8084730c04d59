import { expect, test } from 'vitest';
import { rotateSecret } from '../../sandbox/setup.ts';
import { rollBack } from '../../support/roll-back.ts';
import {
  callStep,
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  passwordOf,
  reconcile,
  stageToken,
} from '../../support/scenario.ts';
import { callSteps, stepsBefore } from '../steps.ts';
import { expiryOf, openRotated } from './rotated.ts';

test('the next rotation after a rollback starts a new overlap of the restored password', async () => {
  await using world = await openRotated();
  world.time.advance(OVERLAP_SECONDS - 100);
  await rollBack(world);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS - 1);
  await reconcile(world);
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  world.time.advance(2);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test.each([
  'setSecret',
  'testSecret',
  'finishSecret',
] as const)('a rollback before %s ends the rotation, whose password expires', async (next) => {
  await using world = await openRotated();
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore(next));
  await rollBack(world);
  for (const step of ['createSecret', next, 'finishSecret']) {
    const code = 'token_not_pending';
    await expect(callStep(world, step, token)).rejects.toMatchObject({ code });
  }
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect(expiryOf(world, token)).toBeGreaterThan(world.time.now() / 1_000);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});
