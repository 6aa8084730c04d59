import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import { callStep, type Scenario, stageToken } from '../support/scenario.ts';
import { firing, HOUR_SECONDS, openHealthy, passHours } from './alarm-world.ts';

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
    'RotationStuck',
    async (world) => {
      await callStep(world, 'createSecret', stageToken(world));
      await passHours(world, 30);
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

test.each(SCENARIOS)('%s fires in its scenario, and no other alarm does', async (alarm, happen) => {
  await using world = await openHealthy();
  if (alarm !== 'DeletionFailed') await passHours(world, 3);
  const isSetForward = alarm === 'CertificateExpiring' || alarm === 'RotationOverdue';
  await happen(world);
  // If the scenario set the clock forward, the hours without a reconcile do not count.
  const from = isSetForward ? world.time.now() - 6 * HOUR_SECONDS * 1_000 : world.began;
  expect(firing({ ...world, began: from })).toEqual([alarm]);
});
