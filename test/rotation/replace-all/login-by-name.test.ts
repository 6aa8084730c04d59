import { expect, test } from 'vitest';
import { openScenario, replaceAll } from '../../support/scenario.ts';
import { findAdministrator, rejectedLogins } from '../logins.ts';
import { expectReplaced } from './expect-replaced.ts';

test('replaceAll logs in by the email of an administrator if PUT rejects names', async () => {
  await using world = await openScenario();
  world.cluster.options.putRejectsNames = true;
  const administrator = findAdministrator(world);
  if (administrator) administrator.email = 'admin@sandbox.test';
  await replaceAll(world);
  await expectReplaced(world);
  expect(rejectedLogins(world)).toEqual([]);
});

test('the error names RS193817 if only a name is known, after one rejected login', async () => {
  await using world = await openScenario();
  world.cluster.options.putRejectsNames = true;
  await expect(replaceAll(world)).rejects.toMatchObject({
    hint: expect.stringContaining('RS193817'),
  });
  expect(rejectedLogins(world)).toHaveLength(1);
});

test('a user with an email in its secret logs in by it', async () => {
  const value = { email: 'orders@sandbox.test' };
  await using world = await openScenario({ login: 'self', value });
  world.user.email = value.email;
  world.cluster.options.putRejectsNames = true;
  await replaceAll(world);
  await expectReplaced(world);
});
