import { RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { readSecret, rotateSecret, updateStage } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  idOf,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
  stageToken,
} from '../support/scenario.ts';
import { LOGINS } from './logins.ts';

test.each([
  'createSecret',
  'setSecret',
  'finishSecret',
])('%s fails for an abandoned version that was moved back to AWSPENDING', async (step) => {
  await using world = await openScenario();
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await updateStage(world, world.arn, 'AWSPENDING', { from: token });
  await reconcile(world);
  await updateStage(world, world.arn, 'AWSPENDING', { to: token });
  await expect(callStep(world, step, token)).rejects.toMatchObject({
    code: 'pending_not_created',
    message: expect.stringContaining('EXPIRES'),
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('createSecret fails if somebody else put a value under AWSPENDING', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const token = stageToken(world);
  const value = await readSecret(world, world.arn);
  const stages = { ClientRequestToken: token, VersionStages: ['AWSPENDING'] };
  await putManually(world, { ...value, password: 'of-somebody-else-1' }, stages);
  await expect(callStep(world, 'createSecret', token)).rejects.toMatchObject({
    code: 'pending_not_created',
  });
  await updateStage(world, world.arn, 'AWSPENDING', { from: token });
});

test('reconcile continues after an invalid AWSCURRENT was corrected', async () => {
  await using world = await openScenario({ ssl: false, database: 'built-in' });
  const value = await readSecret(world, world.arn);
  await putManually(world, { ...value, ssl: true, password: 'a-typing-error' });
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'database_unreachable' });
  await putManually(world, value);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
});

test('a current version without a password never gets LIVE', async () => {
  await using world = await openScenario({ value: { password: undefined } });
  const ClientRequestToken = idOf(world, 'AWSCURRENT');
  const RotationLambdaARN = world.driver.functionArn;
  const input = { SecretId: world.arn, ClientRequestToken, RotationLambdaARN };
  await world.secretsManager.send(new RotateSecretCommand(input));
  await world.driver.running.get(world.arn);
  expect(labels(world)[0]).not.toContain('LIVE');
});

test('reconcile removes the labels of an expired version without a password', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  const { username, host, port } = await readSecret(world, world.arn);
  const id = 'a-version-without-a-password-0001';
  await putManually(
    world,
    { username, host, port },
    { ClientRequestToken: id, VersionStages: [`LIVE-${id}`] },
  );
  await reconcile(world);
  world.time.advance(OVERLAP_SECONDS + FUNCTION_TIMEOUT_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
});

test.each(
  LOGINS,
)("AWSCURRENT's LIVE label on another version does not stop the function: %s", async (login) => {
  await using world = await openScenario({ login, database: 'built-in' });
  const current = idOf(world, 'AWSCURRENT');
  const value = await readSecret(world, world.arn);
  await putManually(world, { ...value, note: 1 }, { VersionStages: [`LIVE-${current}`] });
  expect(await reconcile(world)).toMatchObject({ live: 1 });
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});
