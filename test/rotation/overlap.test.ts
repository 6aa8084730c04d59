import { expect, test } from 'vitest';
import { readSecret, rotateSecret } from '../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
} from '../support/scenario.ts';

test('a replaced password stays valid for the whole overlap, until the next reconcile', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS - 1);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  world.time.advance(1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('two rotations within one overlap leave two passwords, each with its own expiry', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  const second = passwordOf(world, 'AWSCURRENT');
  world.time.advance(OVERLAP_SECONDS / 2);
  await rotateSecret(world, world.arn);
  const third = passwordOf(world, 'AWSCURRENT');
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, second, third]);
  world.time.advance(OVERLAP_SECONDS / 2);
  await reconcile(world);
  expect(world.user.passwords).toEqual([second, third]);
  world.time.advance(OVERLAP_SECONDS / 2);
  await reconcile(world);
  expect(world.user.passwords).toEqual([third]);
});

test('a rotation deletes an expired password even if no reconcile runs', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  await rotateSecret(world, world.arn);
  expect(world.user.passwords).not.toContain(FIRST_PASSWORD);
  expect(world.user.passwords).toHaveLength(2);
});

test('an old value that was put back is not deleted with its old version', async () => {
  await using world = await openScenario();
  const value = await readSecret(world, world.arn);
  await rotateSecret(world, world.arn);
  await putManually(world, value);
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  expect(labels(world)).toEqual([[], ['EXPIRES-then', 'LIVE'], ['AWSCURRENT', 'LIVE']]);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('nothing is deleted while AWSCURRENT is rejected', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  world.user.passwords = [FIRST_PASSWORD];
  await world.database.setUser(world.user);
  world.time.advance(OVERLAP_SECONDS + 1);
  await expect(reconcile(world)).rejects.toThrow('rejected the password of AWSCURRENT');
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('if nothing has expired, reconcile makes two AWS calls and none to the API', async () => {
  await using world = await openScenario();
  await rotateSecret(world, world.arn);
  const calls = world.api.calls.length;
  const operations: string[] = [];
  world.aws.fault = (operation) => {
    operations.push(operation);
    return undefined;
  };
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  expect(world.api.calls).toHaveLength(calls);
  expect(operations).toEqual(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']);
});
