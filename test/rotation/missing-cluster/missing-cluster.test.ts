import { expect, test } from 'vitest';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  labels,
  OVERLAP_SECONDS,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import type { SecondCluster } from '../../support/second-cluster.ts';
import { callSteps, stepsBefore, stepsFrom } from '../steps.ts';
import { MISSING, openTwoClusters, removeParameters, VALUE } from './two-clusters.ts';

const passwords = ({ user }: Scenario, second: SecondCluster) => [
  [...user.passwords],
  [...second.user.passwords],
];

const deletions = ({ api }: Scenario, second: SecondCluster) =>
  [...api.calls, ...second.api.calls].filter(({ method }) => method === 'DELETE');

test('a rotation fails while a listed cluster has no parameters', async () => {
  await using clusters = await openTwoClusters();
  const { world, second } = clusters;
  const restore = await removeParameters(world);
  expect(await rotateSecret(world, world.arn)).toMatchObject({ error: MISSING });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect(passwords(world, second)).toEqual([[FIRST_PASSWORD], [FIRST_PASSWORD]]);
  await restore();
});

test.each(STEPS)('AWSCURRENT stays if a cluster loses its parameters before %s', async (step) => {
  await using clusters = await openTwoClusters();
  const { world, second } = clusters;
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore(step));
  const before = [passwords(world, second), labels(world)];
  const restore = await removeParameters(world);
  await expect(callStep(world, step, token)).rejects.toMatchObject(MISSING);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect([passwords(world, second), labels(world)]).toEqual(before);
  await restore();
  await callSteps(world, token, stepsFrom(step));
  const after = passwordOf(world, 'AWSCURRENT');
  expect(after).not.toBe(FIRST_PASSWORD);
  expect(passwords(world, second)).toEqual([
    [FIRST_PASSWORD, after],
    [FIRST_PASSWORD, after],
  ]);
});

test('an expired password stays on the ledger until the missing cluster is back', async () => {
  await using clusters = await openTwoClusters();
  const { world, second } = clusters;
  await rotateSecret(world, world.arn);
  const current = passwordOf(world, 'AWSCURRENT');
  world.time.advance(OVERLAP_SECONDS);
  const restore = await removeParameters(world);
  const before = labels(world);
  expect(before.flat()).toEqual(expect.arrayContaining(['LIVE', 'EXPIRES-then']));
  await expect(reconcile(world)).rejects.toMatchObject(MISSING);
  expect(labels(world)).toEqual(before);
  expect(deletions(world, second)).toEqual([]);
  await restore();
  await reconcile(world);
  expect(passwords(world, second)).toEqual([[current], [current]]);
  expect(labels(world).flat()).not.toContain('EXPIRES-then');
});

test('an expired password stays if AWSCURRENT leaves out the missing cluster', async () => {
  await using clusters = await openTwoClusters();
  const { world, second } = clusters;
  await rotateSecret(world, world.arn);
  const password = passwordOf(world, 'AWSCURRENT');
  await putManually(world, { ...VALUE, password, clusters: ['sandbox'] });
  world.time.advance(OVERLAP_SECONDS);
  const restore = await removeParameters(world);
  await reconcile(world);
  expect(deletions(world, second)).toEqual([]);
  expect(labels(world).flat()).toContain('EXPIRES-then');
  await restore();
});

test('replaceAll fails while a listed cluster has no parameters', async () => {
  await using clusters = await openTwoClusters();
  const { world, second } = clusters;
  const before = labels(world);
  const restore = await removeParameters(world);
  await expect(replaceAll(world)).rejects.toMatchObject(MISSING);
  expect(labels(world)).toEqual(before);
  expect(passwords(world, second)).toEqual([[FIRST_PASSWORD], [FIRST_PASSWORD]]);
  await restore();
});

test('a secret that leaves out the missing cluster rotates', async () => {
  await using clusters = await openTwoClusters();
  const { world, second } = clusters;
  await putManually(world, { ...VALUE, clusters: ['sandbox'] });
  const restore = await removeParameters(world);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(second.user.passwords).toEqual([FIRST_PASSWORD]);
  await restore();
});
