import { expect, test } from 'vitest';
import { putClusterNames, rotateSecret, updateStage } from '../sandbox/setup.ts';
import { runPreflight } from '../support/run-preflight.ts';
import { idOf, openScenario } from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';

test('preflight names a cluster that is not listed', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using _second = await addSecondCluster(world);
  await putClusterNames(world, 'sandbox');
  expect((await runPreflight(world)).checks).toContainEqual(
    expect.objectContaining({
      check: 'clusters',
      status: 'warn',
      detail: expect.stringContaining('us'),
    }),
  );
});

test('preflight checks the rotation even if a version has REPLACING', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await updateStage(world, world.arn, 'REPLACING', { to: idOf(world, 'AWSCURRENT') });
  const { checks } = await runPreflight(world);
  const found = checks.filter(({ check }) => check === 'rotation');
  expect(found.map(({ status }) => status)).toEqual(['fail', 'warn']);
});

test('preflight counts the label that a rotation adds first', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.store.write(world.arn, ({ versions }) => {
    const stages = Array.from({ length: 15 }, (_, index) => `label-${index}`);
    [...versions.values()][0]?.stages.push(...stages);
  });
  expect((await runPreflight(world)).checks).toContainEqual(
    expect.objectContaining({ check: 'labels', status: 'fail' }),
  );
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'labels_exhausted' },
  });
});
