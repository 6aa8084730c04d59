import { CancelRotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { rotateSecret, updateStage } from '../sandbox/setup.ts';
import {
  callStep,
  idOf,
  OVERLAP_SECONDS,
  openScenario,
  reconcile,
  stageToken,
} from '../support/scenario.ts';
import { measured } from './measured.ts';

const DAY_SECONDS = 86_400;

test('reconcile reports an overdue rotation, and one that is stuck for a day', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn, { schedule: 'rate(7 days)' });
  world.time.advance(DAY_SECONDS * 7);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsOverdue: 0, RotationsStuck: 0 });
  await callStep(world, 'createSecret', stageToken(world));
  world.time.advance(DAY_SECONDS - 1);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 0 });
  world.time.advance(DAY_SECONDS);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsOverdue: 1, RotationsStuck: 1 });
});

test('RotationsStuck counts a rotation without a secret value', async () => {
  await using world = await openScenario();
  stageToken(world);
  await reconcile(world);
  world.time.advance(DAY_SECONDS + 1);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 1 });
});

test('RotationsStuck counts a cancelled rotation until AWSPENDING is removed', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  const SecretId = world.arn;
  world.driver.attempts = 1;
  world.database.fault = () => 'request lost';
  expect(await rotateSecret(world, SecretId)).toMatchObject({ outcome: 'failed' });
  world.database.fault = undefined;
  await world.secretsManager.send(new CancelRotateSecretCommand({ SecretId }));
  world.time.advance(DAY_SECONDS - 60);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 0, LivePasswords: 2 });
  world.time.advance(61);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 1, LivePasswords: 2 });
  await updateStage(world, SecretId, 'AWSPENDING', { from: idOf(world, 'AWSPENDING') });
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 0, LivePasswords: 2 });
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ RotationsStuck: 0, LivePasswords: 1 });
  expect(world.user.passwords).toHaveLength(1);
});
