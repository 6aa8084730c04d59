import { expect, test } from 'vitest';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  labels,
  OVERLAP_SECONDS,
  passwordOf,
  reconcile,
  stageToken,
} from '../../support/scenario.ts';
import { callSteps, stepsBefore, stepsFrom } from '../steps.ts';
import {
  bringBack,
  expectOneEverywhere,
  LAYOUTS,
  naming,
  openClusters,
  takeDown,
} from './clusters.ts';

type Clusters = Awaited<ReturnType<typeof openClusters>>;

const passwords = ({ all }: Clusters) => all.map(({ user }) => user.passwords);

const OUTAGES = LAYOUTS.flatMap((layout) => STEPS.map((step) => ({ ...layout, step })));

test.each(OUTAGES)('a retry completes a rotation after an outage at $step: $name', async ({
  step,
  ...layout
}) => {
  await using clusters = await openClusters(layout);
  const { world, down } = clusters;
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore(step));
  const before = structuredClone(passwords(clusters));
  takeDown(down);
  await expect(callStep(world, step, token)).rejects.toMatchObject(naming(down));
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  passwords(clusters).forEach((now, index) => {
    expect(now).toEqual(expect.arrayContaining(before[index] ?? []));
  });
  bringBack(down);
  await callSteps(world, token, stepsFrom(step));
  expect(passwords(clusters).every((one) => one.includes(FIRST_PASSWORD))).toBe(true);
  await expectOneEverywhere(world);
});

test.each(
  LAYOUTS,
)('an outage keeps an expired password until the cluster is back: $name', async (layout) => {
  await using clusters = await openClusters(layout);
  const { world, down } = clusters;
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  const before = structuredClone({ passwords: passwords(clusters), labels: labels(world) });
  takeDown(down);
  await expect(reconcile(world)).rejects.toMatchObject(naming(down));
  expect({ passwords: passwords(clusters), labels: labels(world) }).toEqual(before);
  bringBack(down);
  await expectOneEverywhere(world);
});

test.each(LAYOUTS)('the next reconcile repeats a DELETE that failed: $name', async (layout) => {
  await using clusters = await openClusters(layout);
  const { world, down } = clusters;
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  const before = labels(world);
  takeDown(down, (method) => method === 'DELETE');
  await expect(reconcile(world)).rejects.toMatchObject(naming(down));
  expect(down.user.passwords).toHaveLength(2);
  expect(labels(world)).toEqual(before);
  bringBack(down);
  await expectOneEverywhere(world);
});
