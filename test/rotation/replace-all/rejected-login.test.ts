import { expect, test } from 'vitest';
import { rotateSecret } from '../../sandbox/setup.ts';
import { FIRST_PASSWORD, idOf, labels, openScenario, replaceAll } from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';
import { rejectedLogins } from '../logins.ts';
import { expectReplaced, LOGIN_KINDS } from './expect-replaced.ts';

test.each(LOGIN_KINDS)('a rejected login changes nothing: %s', async (_, options) => {
  await using world = await openScenario(options);
  world.api.fault = () => ({ status: 401 });
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_login_refused' });
  world.api.fault = undefined;
  expect(labels(world)).toEqual([['AWSCURRENT']]);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('a login that one cluster rejects changes nothing on another cluster', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  second.api.fault = () => ({ status: 401 });
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_login_refused' });
  expect([world.user.passwords, second.user.passwords]).toEqual([
    [FIRST_PASSWORD],
    [FIRST_PASSWORD],
  ]);
  expect(idOf(world, 'REPLACING')).toBeUndefined();
});

test('without a database, the next run sends another password than the rejected one', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true, database: 'built-in' });
  for (let rotation = 0; rotation < 4; rotation += 1) {
    await rotateSecret(world, world.arn);
    world.time.advance(1);
  }
  let isCut = false;
  world.api.fault = ({ method }) => {
    isCut ||= method === 'PUT';
    return isCut ? 'reply lost' : undefined;
  };
  // The PUT succeeds, but the function can neither read its reply nor verify the password.
  await replaceAll(world).catch(() => undefined);
  world.api.fault = undefined;
  const before = rejectedLogins(world).length;
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_login_refused' });
  expect(rejectedLogins(world)).toHaveLength(before + 1);
  await replaceAll(world);
  expect(rejectedLogins(world)).toHaveLength(before + 1);
  await expectReplaced(world);
});
