import { expect, test } from 'vitest';
import { putParameters, readSecret, rotateSecret } from '../../sandbox/setup.ts';
import { openScenario, putManually, reconcile } from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';
import { tagSecret } from './databases.ts';

test('a moved database gets a new tag, then a new value, then the fields of a deployment', async () => {
  await using world = await openScenario({ isDefaultUser: true, ssl: false });
  await putParameters(world, { 'database-hosts': 'localhost,127.0.0.1' });
  const moved = { ...(await fieldsOf(world)), host: 'localhost' };
  const { port } = world.database;
  const [database] = world.cluster.databases;
  if (database === undefined) throw new Error('no database');
  database.endpoints = [{ dns_name: 'localhost', addr: ['127.0.0.1'], port }];
  await tagSecret(world, `default@localhost:${port}`);
  await expect(updateFields(world, moved)).rejects.toMatchObject({ code: 'user_tag_mismatch' });
  await putManually(world, { ...(await readSecret(world, world.arn)), host: 'localhost' });
  await updateFields(world, moved);
  await reconcile(world);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});
