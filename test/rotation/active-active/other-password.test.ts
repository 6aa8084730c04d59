import { expect, test } from 'vitest';
import { setGeneration } from '../../sandbox/cluster/cluster.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import { runPreflight } from '../../support/run-preflight.ts';
import { FIRST_PASSWORD, OVERLAP_SECONDS, passwordOf, reconcile } from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';
import { naming, openClusters } from './clusters.ts';

const OTHER_PASSWORD = 'of-its-own';

/** Opens two clusters; the second one does not accept AWSCURRENT. */
async function openWithOtherPassword(login: 'self' | 'admin') {
  const clusters = await openClusters({ login, clusters: 2, down: 1 });
  const { user, database } = clusters.down;
  user.passwords = [OTHER_PASSWORD];
  await database.setUser(user);
  return clusters;
}

test('an administrator adds the password on a cluster that was added later', async () => {
  await using clusters = await openClusters({ login: 'admin', clusters: 1, down: 0 });
  const { world } = clusters;
  await rotateSecret(world, world.arn);
  await using second = await addSecondCluster(world, { password: passwordOf(world, 'AWSCURRENT') });
  second.user.passwords = [OTHER_PASSWORD];
  await second.cluster.onPasswords(second.user);
  // The function caches the clusters' parameters for 5 minutes.
  world.time.advance(301);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(second.user.passwords).toEqual([OTHER_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(second.user.passwords).toEqual([OTHER_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
});

test('preflight names a cluster of generation A that rejects AWSCURRENT', async () => {
  await using clusters = await openWithOtherPassword('admin');
  const { world, down } = clusters;
  setGeneration(down.cluster, 'legacy');
  const { ok, checks } = await runPreflight(world);
  expect({ ok, version: checks.filter(({ check }) => check === 'version').at(-1) }).toMatchObject({
    ok: false,
    version: { status: 'fail', hint: expect.stringContaining('this version needs one') },
  });
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'current_password_refused', ...naming(down) },
  });
});

test('a rotation in self mode names a cluster that rejects AWSCURRENT', async () => {
  await using clusters = await openWithOtherPassword('self');
  const { world, down } = clusters;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'current_password_refused', ...naming(down) },
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});
