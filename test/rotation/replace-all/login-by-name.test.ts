import { expect, test } from 'vitest';
import { makeSecret, putParameters, rotateSecret } from '../../sandbox/setup.ts';
import { openScenario, replaceAll, type Scenario } from '../../support/scenario.ts';
import { findAdministrator, rejectedLogins } from '../logins.ts';
import { expectReplaced } from './expect-replaced.ts';

/** Opens a scenario whose administrator logs in by name, on a cluster with the bug. */
async function openWithBug(email: string | undefined): Promise<Scenario> {
  const world = await openScenario();
  world.cluster.options.putRejectsNames = true;
  const administrator = findAdministrator(world);
  Object.assign(administrator ?? {}, { email });
  const value = { username: 'admin', password: administrator?.passwords[0] };
  const arn = await makeSecret(world, 'redis-enterprise/by-name', value);
  await putParameters(world, { 'admin-secret-arn': arn });
  return world;
}

test('replaceAll logs in by the email of an administrator that the cluster lists', async () => {
  await using world = await openWithBug('admin@sandbox.test');
  await replaceAll(world);
  await expectReplaced(world);
  expect(rejectedLogins(world)).toEqual([]);
});

test('the error names RS193817 if only a name is known, after one rejected login', async () => {
  await using world = await openWithBug(undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({
    hint: expect.stringContaining('RS193817'),
  });
  expect(rejectedLogins(world)).toHaveLength(1);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('a user with an email in its secret logs in by it', async () => {
  const value = { email: 'orders@sandbox.test' };
  await using world = await openScenario({ login: 'self', value });
  world.user.email = value.email;
  world.cluster.options.putRejectsNames = true;
  await replaceAll(world);
  await expectReplaced(world);
});
