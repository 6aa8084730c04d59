import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import { putClusterNames, putParameters, readSecret, rotateSecret } from '../../sandbox/setup.ts';
import {
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';
import { expectUnchanged } from '../expect-unchanged.ts';
import { callSteps } from '../steps.ts';
import { changesOf } from './databases.ts';

const open = (value = {}) => openScenario({ isDefaultUser: true, ssl: false, value });

async function addCluster(world: Scenario, hosts = 'localhost'): Promise<void> {
  const { cert } = world.certificate;
  const other = { 'api-endpoints': 'https://127.0.0.1:1', 'ca-certificate': cert };
  await putParameters(world, { 'database-hosts': '127.0.0.1' });
  await putParameters(world, { ...other, 'database-hosts': hosts }, 'us');
  await putClusterNames(world, 'sandbox', 'us');
}

test('a default user leaves out no cluster, whether or not its value names clusters', async () => {
  await using world = await open();
  await addCluster(world);
  await callSteps(world, stageToken(world), STEPS);
  const fields = { ...(await fieldsOf(world)), clusters: ['sandbox'] };
  const password = passwordOf(world, 'AWSCURRENT');
  await putManually(world, { username: 'default', password, ...fields });
  world.time.advance(OVERLAP_SECONDS + 10);
  await reconcile(world);
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test.each([
  ['both clusters have its host', '127.0.0.1', 'host_not_allowed'],
  ['another cluster has its host', 'localhost', 'secret_value_invalid'],
])('clusters in the value choose no cluster if %s', async (_, hosts, code) => {
  await using world = await open();
  await addCluster(world, hosts);
  await putManually(world, { ...(await readSecret(world, world.arn)), clusters: ['us'] });
  expect((await expectUnchanged(world)).code).toBe(code);
  expect(changesOf(world)).toEqual([]);
  await expect(reconcile(world)).rejects.toMatchObject({ code });
});

test('updateFields accepts the new name of the cluster of a default user', async () => {
  await using world = await open({ clusters: ['sandbox'] });
  await rotateSecret(world, world.arn);
  const command = new GetParametersByPathCommand({
    Path: '/redis-enterprise/clusters',
    Recursive: true,
  });
  const { Parameters = [] } = await world.parameters.send(command);
  const own = Parameters.filter(({ Name }) => Name?.includes('/sandbox/')).map(
    ({ Name = '', Value = '' }) => [Name.split('/').at(-1), Value],
  );
  await putParameters(world, { ...Object.fromEntries(own), 'database-hosts': '127.0.0.1' }, 'new');
  await putParameters(world, { 'database-hosts': 'gone.example' });
  await putClusterNames(world, 'new');
  await updateFields(world, { ...(await fieldsOf(world)), clusters: ['new'] });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test.each([
  500, 403,
])('a rotation changes nothing if GET /v1/cluster answers %s', async (status) => {
  await using world = await open();
  world.api.fault = ({ path }) => (path === '/v1/cluster' ? { status } : undefined);
  const { error } = await rotateSecret(world, world.arn);
  expect(error).toMatchObject({ message: expect.stringContaining('read /v1/cluster') });
  expect(world.user.passwords).toHaveLength(1);
});

test('rotates a database of a cluster that lists 4,000 others', async () => {
  await using world = await open();
  const { databases } = world.cluster;
  const [own] = databases;
  for (let at = 0; own !== undefined && at < 4_000; at += 1) {
    const endpoints = [
      { dns_name: `redis-${at}.example.com`, addr: ['10.0.0.1'], port: 10_000 + at },
    ];
    databases.push({ ...own, uid: at + 10, name: 'x'.repeat(200), endpoints });
  }
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});
