import { expect, test } from 'vitest';
import { rotateSecret, updateStage } from '../../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  idOf,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
} from '../../support/scenario.ts';
import { measured } from '../../telemetry/measured.ts';
import {
  changesOf,
  excuseCluster,
  openExpired,
  optionsOf,
  replaceAfterDeletions,
} from './databases.ts';

test.each([
  200, 400, 404, 406,
] as const)('reconcile succeeds if the password is deleted already: %s', async (deleteAbsent) => {
  await using world = await openExpired();
  optionsOf(world).deleteAbsent = deleteAbsent;
  world.api.fault = ({ method }) => (method === 'DELETE' ? 'reply lost' : undefined);
  await reconcile(world).catch(() => undefined);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  world.api.fault = undefined;
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('a reconcile of a database with one password never deletes it', async () => {
  await using world = await openExpired();
  optionsOf(world).deleteLast = 200;
  world.user.passwords = [FIRST_PASSWORD];
  await world.cluster.onPasswords(world.user);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'current_password_refused' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(changesOf(world).filter((one) => one.startsWith('DELETE'))).toEqual([]);
});

test('a password that the databases never learned is deleted from the list', async () => {
  await using world = await openScenario({ isDefaultUser: true, ssl: false });
  world.driver.attempts = 1;
  world.proxy.delayMs = Number.POSITIVE_INFINITY;
  expect(await rotateSecret(world, world.arn)).toMatchObject({ outcome: 'failed' });
  expect(world.user.passwords).toHaveLength(2);
  await updateStage(world, world.arn, 'AWSPENDING', { from: idOf(world, 'AWSPENDING') ?? '' });
  await reconcile(world);
  world.time.advance(OVERLAP_SECONDS + 200);
  await reconcile(world);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(labels(world)).toEqual([['AWSCURRENT', 'LIVE'], []]);
});

test.each([
  'reply lost',
  'request lost',
] as const)('%s: the password keeps its labels', async (fault) => {
  await using world = await openExpired();
  world.api.fault = ({ method }) => (method === 'DELETE' ? fault : undefined);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'cluster_unreachable' });
  expect(labels(world).flat()).toContain('EXPIRES-then');
  world.api.fault = undefined;
  await reconcile(world);
  expect(labels(world).flat()).not.toContain('EXPIRES-then');
});

test('a deletion after which the database rejects AWSCURRENT is an error of the same call', async () => {
  await using world = await openExpired();
  replaceAfterDeletions(world);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'current_password_refused' });
  expect(measured(world).values).toMatchObject({ CurrentPasswordRejected: 1, DeletionsFailed: 1 });
  expect(labels(world).flat()).toContain('EXPIRES-then');
  excuseCluster(world);
});

test('a rotation whose deletion leaves AWSCURRENT rejected starts the alarm', async () => {
  await using world = await openExpired();
  replaceAfterDeletions(world);
  await rotateSecret(world, world.arn);
  expect(measured(world).values).toMatchObject({ CurrentPasswordRejected: 1 });
  excuseCluster(world);
});
