import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  stageToken,
} from '../support/scenario.ts';
import { moveLabel } from './move-label.ts';
import { callSteps } from './steps.ts';

test('an abandoned rotation leaves no untracked password, and the next one succeeds', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  await callSteps(world, token, ['createSecret', 'setSecret']);
  const abandoned = passwordOf(world, 'AWSPENDING');
  await moveLabel(world, 'AWSPENDING');
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.user.passwords).toEqual([
    FIRST_PASSWORD,
    abandoned,
    passwordOf(world, 'AWSCURRENT'),
  ]);
  await expect(callStep(world, 'setSecret', token)).rejects.toThrow('has no AWSPENDING');
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 2 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('with an overlap of 0, an abandoned password expires after the function timeout', async () => {
  await using world = await openScenario({ settings: { OVERLAP_SECONDS: '0' } });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await moveLabel(world, 'AWSPENDING');
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  world.time.advance(119);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  world.time.advance(1);
  // The password was never on the cluster: one rejected login to the database shows this.
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
});
