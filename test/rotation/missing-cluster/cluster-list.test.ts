import { DeleteParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { CLUSTERS_PATH } from '../../sandbox/names.ts';
import { putClusterNames, rotateSecret } from '../../sandbox/setup.ts';
import { runPreflight } from '../../support/run-preflight.ts';
import { openScenario, reconcile } from '../../support/scenario.ts';
import { openTwoClusters, readParameters, removeParameters } from './two-clusters.ts';

test.each(['sandbox,', 'eu us', 'x'.repeat(129)])('the list %j is invalid', async (list) => {
  await using world = await openScenario({ database: 'built-in' });
  await putClusterNames(world, list);
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'cluster_parameter_invalid',
    message: expect.stringContaining(': clusters is invalid, allowed is a list of cluster names'),
  });
});

test('a cluster may be named like the list, "clusters"', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const { parameters } = world;
  for (const { Name = '', Value, Type } of await readParameters(world)) {
    const path = Name.replace('/sandbox/', '/clusters/');
    if (path === Name) continue;
    await parameters.send(new PutParameterCommand({ Name: path, Value, Type }));
    await parameters.send(new DeleteParameterCommand({ Name }));
  }
  await putClusterNames(world, 'clusters');
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('preflight names the missing cluster, and warns about a missing list', async () => {
  await using clusters = await openTwoClusters();
  const { world } = clusters;
  const checkClusters = async () =>
    (await runPreflight(world)).checks.filter(({ check }) => check === 'clusters');
  expect(await checkClusters()).toMatchObject([{ status: 'pass', detail: 'sandbox, us' }]);
  const restore = await removeParameters(world);
  expect(await checkClusters()).toMatchObject([
    { status: 'fail', detail: expect.stringContaining('us has no parameters') },
  ]);
  await restore();
  const restoreList = await removeParameters(world, 'clusters');
  expect(await checkClusters()).toMatchObject([
    { status: 'warn', hint: expect.stringContaining(`${CLUSTERS_PATH}/clusters`) },
  ]);
  await restoreList();
});
