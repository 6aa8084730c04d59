import { expect, test } from 'vitest';
import {
  FIRST_PASSWORD,
  idOf,
  openScenario,
  passwordOf,
  replaceAll,
} from '../../support/scenario.ts';
import { expectReplaced } from './expect-replaced.ts';

test('REPLACING stays if a database rejects the new password', async () => {
  await using world = await openScenario({ database: 'built-in' });
  // The cluster accepts the password, but does not send it to its database.
  world.cluster.onPasswords = async () => undefined;
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'pending_password_refused' });
  expect(idOf(world, 'REPLACING')).toBeDefined();
});

test('replaceAll waits for a password that spreads to the proxies late', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.proxy.delayMs = 5_000;
  await replaceAll(world);
  await expectReplaced(world);
});

test('REPLACING stays if the new password breaks the rules of the cluster', async () => {
  const settings = { EXCLUDE_CHARACTERS: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' };
  await using world = await openScenario({ settings, database: 'built-in' });
  world.cluster.policy.passwordComplexity = true;
  // A login that may not read the rules cannot see that no password can satisfy them.
  world.api.fault = ({ path }) => (path === '/v1/cluster' ? { status: 403 } : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_password_refused' });
  expect(idOf(world, 'REPLACING')).toBeDefined();
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  world.cluster.policy.passwordComplexity = false;
  await replaceAll(world);
  await expectReplaced(world);
});
