import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  idOf,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { moveLabel } from './move-label.ts';
import { callSteps, stepsBefore } from './steps.ts';

test('a rollback keeps the password of the restored version', async () => {
  await using world = await openScenario();
  const first = idOf(world, 'AWSCURRENT');
  await rotateSecret(world, world.arn);
  await moveLabel(world, 'AWSCURRENT', first);
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  expect(labels(world)).toEqual([
    ['AWSCURRENT', 'LIVE'],
    ['EXPIRES-then', 'LIVE'],
  ]);
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('a rotation after a rollback starts a new overlap of the restored password', async () => {
  await using world = await openScenario();
  const first = idOf(world, 'AWSCURRENT');
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS - 100);
  await moveLabel(world, 'AWSCURRENT', first);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS - 100);
  await reconcile(world);
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  world.time.advance(101);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

/** Rotates once, then rolls back during the second rotation; returns the token of the second. */
async function rollBackBeforeFinish(world: Scenario): Promise<string> {
  const first = idOf(world, 'AWSCURRENT');
  await rotateSecret(world, world.arn);
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore('finishSecret'));
  world.time.advance(OVERLAP_SECONDS - 100);
  await moveLabel(world, 'AWSCURRENT', first);
  return token;
}

test('a rollback before finishSecret keeps the overlap of the restored password', async () => {
  await using world = await openScenario();
  await callStep(world, 'finishSecret', await rollBackBeforeFinish(world));
  world.time.advance(OVERLAP_SECONDS - 100);
  await reconcile(world);
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  expect(passwordOf(world, 'AWSPREVIOUS')).toBe(FIRST_PASSWORD);
});

test('an interrupted finishSecret keeps the overlap of the restored password', async () => {
  await using world = await openScenario();
  const token = await rollBackBeforeFinish(world);
  let isMoved = false;
  world.aws.fault = (_action, { VersionStage }) => {
    const wasMoved = isMoved;
    isMoved ||= VersionStage === 'AWSCURRENT';
    return wasMoved ? 'denied' : undefined;
  };
  await callStep(world, 'finishSecret', token);
  world.aws.fault = undefined;
  world.time.advance(OVERLAP_SECONDS - 100);
  await reconcile(world);
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
});
