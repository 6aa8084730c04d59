import { expect, test } from 'vitest';
import { readSecret, rotateSecret, updateStage } from '../../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  idOf,
  labels,
  openScenario,
  passwordOf,
  replaceAll,
} from '../../support/scenario.ts';
import { expectReplaced, LOGIN_KINDS } from './expect-replaced.ts';

test.each(LOGIN_KINDS)('replaceAll leaves one valid password: %s', async (_, options) => {
  await using world = await openScenario(options);
  await rotateSecret(world, world.arn);
  world.user.passwords = [...world.user.passwords, 'not-in-the-secret'];
  await replaceAll(world);
  expect(labels(world)).toEqual(
    [
      ['LIVE', 'EXPIRES-then'],
      ['LIVE', 'EXPIRES-then'],
      ['LIVE', 'AWSCURRENT'],
    ].map((labels) => expect.arrayContaining(labels)),
  );
  await expectReplaced(world);
});

test('replaceAll keeps the other fields of the secret', async () => {
  await using world = await openScenario({ value: { owner: 'team-a' }, database: 'built-in' });
  const { password: before, ...rest } = await readSecret(world, world.arn);
  await replaceAll(world);
  const { password, ...after } = await readSecret(world, world.arn);
  expect(after).toEqual(rest);
  expect(password).not.toBe(before);
});

test("replaceAll changes nothing unless Confirm is the secret's username", async () => {
  await using world = await openScenario({ database: 'built-in' });
  const event = { Step: 'replaceAll', SecretId: world.arn, Confirm: 'carts' };
  await expect(world.invoke(event)).rejects.toMatchObject({ code: 'event_invalid' });
  await expect(world.invoke({ ...event, Confirm: '' })).rejects.toThrow('Confirm is absent');
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(labels(world)).toEqual([['AWSCURRENT']]);
});

test('a second replaceAll creates another password', async () => {
  await using world = await openScenario();
  await replaceAll(world);
  const first = passwordOf(world, 'AWSCURRENT');
  await replaceAll(world);
  expect(passwordOf(world, 'AWSCURRENT')).not.toBe(first);
  await expectReplaced(world);
});

test('replaceAll replaces a version that a rollback restored', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const first = idOf(world, 'AWSCURRENT');
  await replaceAll(world);
  const leaked = passwordOf(world, 'AWSCURRENT');
  world.user.passwords = [FIRST_PASSWORD];
  await world.cluster.onPasswords(world.user);
  await updateStage(world, world.arn, 'AWSCURRENT', { to: first, from: idOf(world, 'AWSCURRENT') });
  await replaceAll(world);
  expect(passwordOf(world, 'AWSCURRENT')).not.toBe(leaked);
  await expectReplaced(world);
});
