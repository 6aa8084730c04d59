import { expect, test } from 'vitest';
import { readSecret, rotateSecret } from '../../sandbox/setup.ts';
import { addOtherDatabase } from '../../support/other-database.ts';
import { FIRST_PASSWORD, openScenario, passwordOf } from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';
import { changesOf } from './databases.ts';

const open = () => openScenario({ isDefaultUser: true, ssl: false });

test('updateFields changes the fields of a default user, and no password', async () => {
  await using world = await open();
  await rotateSecret(world, world.arn);
  const password = passwordOf(world, 'AWSCURRENT');
  const sent = changesOf(world);
  const fields = { ...(await fieldsOf(world)), team: 'orders' };
  await updateFields(world, fields);
  expect(await readSecret(world, world.arn)).toEqual({ username: 'default', password, ...fields });
  expect(changesOf(world)).toEqual(sent);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('the first value of a default user has the username of the tag, and rotates', async () => {
  await using world = await open();
  const fields = await fieldsOf(world);
  world.store.write(world.arn, ({ versions }) => versions.clear());
  await updateFields(world, fields);
  expect(await readSecret(world, world.arn)).toEqual({ username: 'default', ...fields });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
});

test('updateFields refuses the host and port of another database', async () => {
  await using world = await open();
  await using other = await addOtherDatabase(world);
  const before = await readSecret(world, world.arn);
  const fields = { ...(await fieldsOf(world)), port: other.database.port };
  await expect(updateFields(world, fields)).rejects.toMatchObject({ code: 'user_tag_mismatch' });
  expect(await readSecret(world, world.arn)).toEqual(before);
});
