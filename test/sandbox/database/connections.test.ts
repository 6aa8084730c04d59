import { expect, test } from 'vitest';
import { DATABASES } from '../../support/databases.ts';
import { FIRST_PASSWORD, openScenario } from '../../support/scenario.ts';
import { openConnection } from '../application.ts';
import { callApi } from '../cluster/call-api.ts';

test.each(
  DATABASES,
)('an open connection survives the deletion of its password: %s', async (database) => {
  await using world = await openScenario({ database });
  const connection = await openConnection(world, { username: 'orders', password: FIRST_PASSWORD });
  await connection.set('order', 'ä 1');
  await callApi(world, 'PUT', { username: 'orders', new_password: 'second' });
  expect(await connection.get('order')).toBe('ä 1');
  expect(await connection.get('absent')).toBeNull();
  expect(await connection.ping()).toBe('PONG');
  connection.destroy();
});

test.each(
  DATABASES,
)('by option, a deletion closes the connections of that password: %s', async (database) => {
  await using world = await openScenario({ database });
  world.cluster.options.disconnectOnRemoval = 'enabled';
  await callApi(world, 'POST', { username: 'orders', new_password: 'second' });
  const [old, other] = [
    await openConnection(world, { username: 'orders', password: FIRST_PASSWORD }),
    await openConnection(world, { username: 'orders', password: 'second' }),
  ];
  await callApi(world, 'DELETE', { username: 'orders', old_password: FIRST_PASSWORD });
  await expect(old.ping()).rejects.toThrow();
  expect(await other.ping()).toBe('PONG');
  old.destroy();
  other.destroy();
});
