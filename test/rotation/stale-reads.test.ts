import { expect, test } from 'vitest';
import { rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  stageToken,
} from '../support/scenario.ts';

test.each([50, 1_000, 2_500])('a rotation succeeds if reads are %i ms behind', async (behind) => {
  await using world = await openScenario();
  world.storeOptions.staleReadsMs = behind;
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(world.user.passwords.at(-1));
  world.time.advance(OVERLAP_SECONDS + 10);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('the function reads again a value that appears later than its labels', async () => {
  await using world = await openScenario();
  world.driver.attempts = 1;
  let reads = 0;
  // Reads of the administrator secret name no VersionId, and are not repeated.
  world.aws.fault = (action, { VersionId }) => {
    if (!action.endsWith('GetSecretValue') || VersionId === undefined) return undefined;
    reads += 1;
    return reads % 3 === 0 ? undefined : 'not found';
  };
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(reads).toBeGreaterThan(6);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(world.user.passwords.at(-1));
});

test('if reads stay behind, a step fails before any change', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  world.storeOptions.staleReadsMs = 60_000;
  await expect(callStep(world, 'setSecret', token)).rejects.toMatchObject({
    code: 'rotation_not_enabled',
  });
  expect(world.api.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('with an overlap of 0, labels that are behind only delay the deletion', async () => {
  await using world = await openScenario({ settings: { OVERLAP_SECONDS: '0' } });
  world.storeOptions.staleReadsMs = 500;
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.user.passwords).toHaveLength(2);
  world.time.advance(1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});
