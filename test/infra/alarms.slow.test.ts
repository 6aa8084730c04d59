import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import { callStep, reconcile, type Scenario, stageToken } from '../support/scenario.ts';
import { fires } from './alarm-evaluation.ts';
import {
  firing,
  HOUR_SECONDS,
  openHealthy,
  passHours,
  reconcileAlarmOfTwoSecrets,
} from './alarm-world.ts';

const SCENARIOS: [alarm: string, happen: (world: Scenario) => Promise<unknown>][] = [
  [
    'CurrentPasswordRejected',
    async (world) => {
      world.user.passwords = ['set-manually'];
      await world.cluster.onPasswords(world.user);
      await passHours(world, 6);
    },
  ],
  [
    'RotationOverdue',
    // Secrets Manager does not invoke the function.
    async (world) => {
      world.time.advance(31 * 24 * HOUR_SECONDS);
      await passHours(world, 6);
    },
  ],
  [
    'RotationStopped',
    // As `cancel-rotate-secret` does.
    async (world) => {
      world.store.write(world.arn, (secret) => {
        secret.rotationEnabled = false;
      });
      await passHours(world, 6);
    },
  ],
  [
    'RotationStuck',
    async (world) => {
      await callStep(world, 'createSecret', stageToken(world));
      await passHours(world, 30);
    },
  ],
  [
    'DatabaseUnprotected',
    // For an hour, the database of the default user asks for no password.
    async (world) => {
      await world.cluster.onPasswords({ ...world.user, passwords: [], isOpen: true });
      await passHours(world, 1);
      await world.cluster.onPasswords(world.user);
      await passHours(world, 5);
    },
  ],
  [
    'DeletionFailed',
    async (world) => {
      world.api.fault = ({ method }) => (method === 'DELETE' ? { status: 403 } : undefined);
      await passHours(world, 8);
    },
  ],
  [
    'StepsFailing',
    async (world) => {
      const token = stageToken(world);
      await callStep(world, 'createSecret', token);
      world.api.fault = ({ method }) => (method === 'POST' ? { status: 403 } : undefined);
      for (let hour = 0; hour < 12; hour += 1) {
        await callStep(world, 'setSecret', token).catch(() => undefined);
        await passHours(world, 1);
      }
    },
  ],
  [
    'CertificateExpiring',
    async (world) => {
      // Moves the virtual clock to the last days of the certificate, which has real dates.
      world.time.advance((Date.now() - world.time.now()) / 1_000 + 350 * 24 * HOUR_SECONDS);
      await rotateSecret(world, world.arn);
      await passHours(world, 6);
    },
  ],
  ['ReconcileNotRunning', async (world) => passHours(world, 6, async () => undefined)],
  [
    'ReconcileNotRunning',
    async (world) => {
      await world.database.close();
      await passHours(world, 6);
    },
  ],
];

test.each(
  SCENARIOS,
)('each alarm fires in its scenario, and no other alarm does: %s', async (alarm, happen) => {
  const isDefaultUser = alarm === 'DatabaseUnprotected';
  await using world = await openHealthy({ isDefaultUser });
  if (alarm !== 'DeletionFailed') await passHours(world, 3);
  const isSetForward = alarm === 'CertificateExpiring' || alarm === 'RotationOverdue';
  await happen(world);
  // If the scenario set the clock forward, the hours without a reconcile do not count.
  const from = isSetForward ? world.time.now() - 6 * HOUR_SECONDS * 1_000 : world.began;
  expect(firing({ ...world, began: from })).toEqual([alarm]);
});

test('no alarm fires in a healthy week with a rotation and a short outage', async () => {
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
