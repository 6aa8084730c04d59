import { expect, test } from 'vitest';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { readSecret, rotateSecret } from '../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  putManually,
  reconcile,
} from '../support/scenario.ts';

test('without a user tag, an expired version of another user stays', async () => {
  await using world = await openScenario({ login: 'self', userTag: undefined });
  await rotateSecret(world, world.arn);
  const { host, port } = await readSecret(world, world.arn);
  const password = 'the-password-of-billing';
  await addUser(world.cluster, { name: 'billing', role: 'db_viewer', passwords: [password] });
  await putManually(world, { username: 'billing', password, host, port });
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 3, deleted: 0 });
  expect(world.user.passwords).toHaveLength(2);
  expect(world.lines.join('')).toContain('version of another user kept');
});

test('reconcile deletes an expired password that another user has too', async () => {
  await using world = await openScenario({ login: 'self', userTag: undefined });
  const { host, port } = await readSecret(world, world.arn);
  await addUser(world.cluster, { name: 'billing', role: 'db_viewer', passwords: [FIRST_PASSWORD] });
  await rotateSecret(world, world.arn);
  const stages = ['LIVE-another-user-of-the-same-password-1'];
  const ClientRequestToken = 'another-user-of-the-same-password-1';
  const other = { username: 'billing', password: FIRST_PASSWORD, host, port };
  await putManually(world, other, { ClientRequestToken, VersionStages: stages });
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 1 });
  expect(world.user.passwords).not.toContain(FIRST_PASSWORD);
});

test('reconcile deletes no password of a version with another email', async () => {
  const value = { email: 'orders@sandbox.test' };
  await using world = await openScenario({ login: 'self', value, database: 'built-in' });
  world.user.email = value.email;
  await rotateSecret(world, world.arn);
  const current = await readSecret(world, world.arn);
  await putManually(world, { ...current, email: 'billing@sandbox.test' });
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world).catch(() => undefined);
  expect(labels(world)[0]).toEqual(['EXPIRES-then', 'LIVE']);
  expect(world.user.passwords).toHaveLength(2);
});
