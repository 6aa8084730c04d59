import { expect, test } from 'vitest';
import { putClusterNames, rotateSecret } from '../../sandbox/setup.ts';
import { leftInTheEnd } from '../../support/promises.ts';
import {
  idOf,
  OVERLAP_SECONDS,
  reconcile,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import type { SecondCluster } from '../../support/second-cluster.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';
import { openClusters } from '../active-active/clusters.ts';
import { LOGINS, rejectedLogins } from '../logins.ts';
import { callSteps, stepsBefore } from '../steps.ts';

/** Opens two clusters that have rotated; the update leaves out the second. */
async function openLeaving(login: 'self' | 'admin') {
  const clusters = await openClusters({ login, clusters: 2, down: 1 });
  const { world } = clusters;
  await rotateSecret(world, world.arn);
  const { endpoints, ...fields } = await fieldsOf(world);
  const one = { ...fields, endpoints: (endpoints as string[]).slice(0, 1), clusters: ['sandbox'] };
  return { ...clusters, one, fields };
}

async function expire(world: Scenario): Promise<void> {
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
}

async function deleteUser({
  cluster,
  user,
  database,
}: Pick<SecondCluster, 'cluster' | 'user' | 'database'>) {
  cluster.users = cluster.users.filter((one) => one !== user);
  await database.setUser({ ...user, passwords: [] });
}

async function expectRefused(world: Scenario, fields: object, text: string): Promise<void> {
  const before = world.store.latest(world.arn);
  await expect(updateFields(world, fields)).rejects.toMatchObject({
    code: 'password_not_deleted',
    message: expect.stringContaining(text),
  });
  expect(world.store.latest(world.arn)).toBe(before);
}

test.each(LOGINS)('a cluster cannot leave while it may accept a password: %s', async (login) => {
  await using clusters = await openLeaving(login);
  const { world, one, down } = clusters;
  // The replaced password is in its overlap.
  await expectRefused(world, one, 'leaves out us, where the password of version');
  await expire(world);
  await expectRefused(world, one, 'leaves out us, where the password of AWSCURRENT');
  await deleteUser(down);
  expect(await updateFields(world, one)).toMatchObject({ rotate: false });
  expect(await fieldsOf(world)).toEqual(one);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  await expire(world);
  expect(leftInTheEnd(world.witness.scene())).toEqual([]);
});

test('a cluster cannot leave while an abandoned rotation may have added a password', async () => {
  await using clusters = await openLeaving('admin');
  const { world, one } = clusters;
  await expire(world);
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore('testSecret'));
  await expectRefused(world, one, `the password of version ${token}`);
});

test('without a database, a cluster leaves after one rejected login', async () => {
  await using clusters = await openLeaving('self');
  const { world, down } = clusters;
  await expire(world);
  await updateFields(world, {});
  await expectRefused(world, { clusters: ['sandbox'] }, 'the password of AWSCURRENT');
  await deleteUser(down);
  await updateFields(world, { clusters: ['sandbox'] });
  expect(rejectedLogins(down)).toHaveLength(1);
});

test('a cluster that is unreachable cannot leave unless the list of clusters leaves it out', async () => {
  await using clusters = await openLeaving('admin');
  const { world, one, down } = clusters;
  await expire(world);
  down.database.fault = () => 'request lost';
  const before = world.store.latest(world.arn);
  await expect(updateFields(world, one)).rejects.toMatchObject({
    code: 'database_unreachable',
    hint: expect.stringContaining('the list clusters'),
  });
  expect(world.store.latest(world.arn)).toBe(before);
  await putClusterNames(world, 'sandbox');
  expect(await updateFields(world, one)).toMatchObject({ rotate: false });
});

test('another email is refused while a version could not be deleted any more', async () => {
  await using clusters = await openClusters({ login: 'admin', clusters: 1, down: 0 });
  const { world } = clusters;
  await rotateSecret(world, world.arn);
  const fields = { ...(await fieldsOf(world)), email: 'orders@sandbox.test' };
  await expectRefused(world, fields, 'email changes, and the password of version');
  await expire(world);
  await updateFields(world, fields);
  await rotateSecret(world, world.arn);
  await expire(world);
  expect(leftInTheEnd(world.witness.scene())).toEqual([]);
});

test('an update fails if it cannot read a version that it must check', async () => {
  await using clusters = await openLeaving('admin');
  const { world, one, fields } = clusters;
  const id = idOf(world, 'AWSPREVIOUS');
  world.aws.fault = (action, input) =>
    action === 'secretsmanager:GetSecretValue' && input.VersionId === id ? 'denied' : undefined;
  const before = world.store.latest(world.arn);
  for (const changed of [one, { ...fields, email: 'orders@sandbox.test' }]) {
    await expect(updateFields(world, changed)).rejects.toMatchObject({ code: 'aws_call_failed' });
  }
  expect(world.store.latest(world.arn)).toBe(before);
  world.aws.fault = undefined;
});
