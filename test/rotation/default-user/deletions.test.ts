import { expect, test } from 'vitest';
import { FIRST_PASSWORD, passwordOf, reconcile } from '../../support/scenario.ts';
import { changesOf, openExpired, optionsOf } from './databases.ts';

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
