import { expect, test } from 'vitest';
import { callStep, reconcile, stageToken } from '../support/scenario.ts';
import { fires } from './alarm-evaluation.ts';
import {
  firing,
  HOUR_SECONDS,
  openHealthy,
  passHours,
  reconcileAlarmOfTwoSecrets,
} from './alarm-world.ts';

test('no alarm fires in a healthy week with a rotation, a retry and a short cluster outage', async () => {
  await using world = await openHealthy();
  await passHours(world, 72);
  // After an idle time, a function in a VPC may fail once and then succeed.
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  world.api.fault = () => ({ status: 503 });
  await callStep(world, 'setSecret', token).catch(() => undefined);
  world.api.fault = undefined;
  for (const step of ['setSecret', 'testSecret', 'finishSecret'])
    await callStep(world, step, token);
  await passHours(world, 96);
  expect(world.user.passwords).toHaveLength(1);
  expect(firing(world)).toEqual([]);
});

test('ReconcileNotRunning stays silent while two secrets report some minutes late', async () => {
  await using world = await openHealthy();
  const late = [2, 14, 6, 0, 11];
  for (let hour = 0; hour < 60; hour += 1) {
    // Both secrets report in every hour, with different delays.
    const minutes = [late[hour % 5] ?? 0, late[(hour * 3 + 1) % 5] ?? 0].sort((a, b) => a - b);
    const [first = 0, second = 0] = minutes;
    world.time.advance(first * 60);
    await reconcile(world);
    world.time.advance((second - first) * 60);
    await reconcile(world);
    world.time.advance(HOUR_SECONDS - second * 60);
  }
  const alarm = reconcileAlarmOfTwoSecrets();
  expect(alarm.Threshold).toBe(2);
  const from = world.began + HOUR_SECONDS * 1_000;
  expect(fires(alarm, world.lines, from, world.time.now())).toBe(false);
});

test('ReconcileNotRunning fires within hours if one of two secrets is not reconciled', async () => {
  await using world = await openHealthy();
  await passHours(world, 6);
  const alarm = reconcileAlarmOfTwoSecrets();
  expect(alarm.Threshold).toBe(2);
  expect(fires(alarm, world.lines, world.began, world.time.now())).toBe(true);
});
