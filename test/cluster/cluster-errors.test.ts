import { expect, test } from 'vitest';
import { makeCertificate } from '../sandbox/certificate.ts';
import { putParameters } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  openScenario,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { FAILURES, renameUser, type Setup } from './cluster-failures.ts';
import { expireParameters, PARAMETERS_EXPIRE_SECONDS } from './expire-parameters.ts';

/** Returns the error of setSecret if `setup` changes the world after createSecret. */
async function failureOfSetSecret(world: Scenario, setup: Setup): Promise<unknown> {
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  await setup(world);
  expireParameters(world);
  return callStep(world, 'setSecret', token).then(
    () => expect.unreachable('setSecret did not fail'),
    (error: unknown) => error,
  );
}

test.each(FAILURES)('setSecret fails with its error code: $name', async ({
  setup,
  code,
  message,
}) => {
  await using world = await openScenario({ database: 'built-in' });
  const error = await failureOfSetSecret(world, setup);
  expect(error).toMatchObject({ code, name: code, message: expect.stringContaining(message) });
  expect(String(error)).not.toContain(FIRST_PASSWORD);
});

test('setSecret reads the error code of a reply with message for description', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.cluster.options.errorText = 'message';
  const error = await failureOfSetSecret(world, renameUser);
  expect(error).toMatchObject({ code: 'cluster_user_not_found' });
});

test('an untrusted certificate fails setSecret without a retry', async () => {
  await using world = await openScenario({ noDatabase: true });
  const { cert } = await makeCertificate('redis.sandbox.test');
  const before = world.time.now();
  const change: Setup = () => putParameters(world, { 'ca-certificate': cert });
  expect(await failureOfSetSecret(world, change)).toMatchObject({ code: 'certificate_refused' });
  expect(world.time.now() - before).toBe(PARAMETERS_EXPIRE_SECONDS * 1_000);
});
