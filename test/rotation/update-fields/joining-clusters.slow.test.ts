import { expect, test } from 'vitest';
import { setGeneration, updateDatabases } from '../../sandbox/cluster/cluster.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import { interruptAt, removeFaults } from '../../support/interrupt.ts';
import {
  FIRST_PASSWORD,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
} from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';

const OTHER_PASSWORD = 'of-the-second-cluster';

/** Opens two clusters of which the secret names the first; the second has another password. */
async function openJoining(login: 'self' | 'admin', { noDatabase = false } = {}) {
  await using started = new AsyncDisposableStack();
  const world = started.use(await openScenario({ login, database: 'built-in', ssl: false }));
  const second = started.use(await addSecondCluster(world));
  second.user.passwords = [OTHER_PASSWORD];
  await updateDatabases(second.cluster, second.user);
  const { endpoints } = await fieldsOf(world);
  const [own, ...others] = (noDatabase ? [] : endpoints) as string[];
  const both = {
    ssl: false,
    clusters: ['sandbox', 'us'],
    ...(own && { endpoints: [own, ...others] }),
  };
  const one = { ssl: false, clusters: ['sandbox'], ...(own && { endpoints: [own] }) };
  for (const user of noDatabase ? [world.user, second.user] : []) user.role = 'db_viewer';
  await putManually(world, { username: 'orders', password: FIRST_PASSWORD, ...one });
  const running = started.move();
  return { world, second, one, both, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

test.each([
  false,
  true,
])('an administrator can add the password on a cluster that joins', async (noDatabase) => {
  await using clusters = await openJoining('admin', { noDatabase });
  const { world, second, both } = clusters;
  expect(await updateFields(world, both)).toMatchObject({ rotate: true });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect(second.user.passwords).toEqual([OTHER_PASSWORD]);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  const password = passwordOf(world, 'AWSCURRENT');
  expect(second.user.passwords).toEqual([OTHER_PASSWORD, password]);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([password]);
});

test.each([
  true,
  false,
])('an interrupted run asks for the rotation when it is repeated: %s', async (isDone) => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using clusters = await openJoining('admin');
    const { world, both } = clusters;
    const counter = interruptAt(world, at, isDone);
    await updateFields(world, both).catch(() => undefined);
    isReached = counter.calls() >= at;
    removeFaults(world);
    expect(await updateFields(world, both)).toMatchObject({ rotate: true });
    expect(await fieldsOf(world)).toEqual(both);
    await rotateSecret(world, world.arn);
    expect(await updateFields(world, both)).toMatchObject({ rotate: false });
  }
});

test('a cluster that joins without the user is refused before any change', async () => {
  await using clusters = await openJoining('admin');
  const { world, second, both } = clusters;
  second.cluster.users = second.cluster.users.filter((user) => user !== second.user);
  const before = world.store.latest(world.arn);
  await expect(updateFields(world, both)).rejects.toMatchObject({
    code: 'cluster_user_not_found',
    message: expect.stringContaining('cluster us has no user'),
  });
  expect(world.store.latest(world.arn)).toBe(before);
});

test.each([
  'self',
  'legacy',
])('if it needs a valid password, a cluster must accept AWSCURRENT to join: %s', async (kind) => {
  await using clusters = await openJoining(kind === 'self' ? 'self' : 'admin');
  const { world, second, both } = clusters;
  if (kind === 'legacy')
    for (const { cluster } of [world, second]) setGeneration(cluster, 'legacy');
  const before = world.store.latest(world.arn);
  await expect(updateFields(world, both)).rejects.toMatchObject({
    code: 'current_password_refused',
    message: expect.stringMatching(/cluster us.* rejected.*; hint: add the password of AWSCURRENT/),
  });
  expect(world.store.latest(world.arn)).toBe(before);
  second.user.passwords.push(FIRST_PASSWORD);
  await updateDatabases(second.cluster, second.user);
  expect(await updateFields(world, both)).toMatchObject({ rotate: true });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(second.user.passwords).toContain(passwordOf(world, 'AWSCURRENT'));
});

test('an administrator that would change its own password is refused before any change', async () => {
  await using clusters = await openJoining('admin');
  const { world, second, both } = clusters;
  setGeneration(second.cluster, 'adminUnsafe');
  const before = world.store.latest(world.arn);
  await expect(updateFields(world, both)).rejects.toMatchObject({ code: 'cluster_version_unsafe' });
  expect(world.store.latest(world.arn)).toBe(before);
});

test('the old fields are accepted again before the rotation, as a failed deployment sends them', async () => {
  await using clusters = await openJoining('admin');
  const { world, one, both } = clusters;
  await updateFields(world, both);
  expect(await updateFields(world, one)).toMatchObject({ rotate: false });
  expect(await fieldsOf(world)).toEqual(one);
});

test('clusters that exist by a parameter only join if the field is removed', async () => {
  await using clusters = await openJoining('admin');
  const { world, both } = clusters;
  expect(await updateFields(world, { ...both, clusters: undefined })).toMatchObject({
    rotate: true,
  });
  expect(await updateFields(world, both)).toMatchObject({ rotate: true });
  await rotateSecret(world, world.arn);
  expect(await updateFields(world, { ...both, clusters: undefined })).toMatchObject({
    rotate: false,
  });
});
