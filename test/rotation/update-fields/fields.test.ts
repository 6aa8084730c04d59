import { expect, test } from 'vitest';
import { readSecret, rotateSecret, updateStage } from '../../sandbox/setup.ts';
import { leftInTheEnd } from '../../support/promises.ts';
import {
  FIRST_PASSWORD,
  idOf,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
} from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';

const open = () => openScenario({ database: 'built-in', ssl: false });

test('AWSCURRENT gets the fields, and keeps username and password', async () => {
  await using world = await open();
  await rotateSecret(world, world.arn);
  const before = await readSecret(world, world.arn);
  const updated = await updateFields(world, { ...(await fieldsOf(world)), note: { a: [1] } });
  expect(updated).toEqual({ versionId: idOf(world, 'AWSCURRENT'), rotate: false });
  expect(await readSecret(world, world.arn)).toEqual({ ...before, note: { a: [1] } });
  expect(labels(world)).toEqual([['EXPIRES-then', 'LIVE'], [], ['AWSCURRENT', 'LIVE']]);
});

test('after the overlap, a rotation and an update leave one password', async () => {
  await using world = await open();
  await updateFields(world, { ...(await fieldsOf(world)), note: 1 });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  await updateFields(world, { ...(await fieldsOf(world)), note: 2 });
  world.time.advance(OVERLAP_SECONDS - 1);
  await reconcile(world);
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  world.time.advance(2);
  await reconcile(world);
  expect(leftInTheEnd(world.witness.scene())).toEqual([]);
});

test('fields of the contract are removed unless they are sent, others only if named', async () => {
  await using world = await open();
  const { port, ...value } = await readSecret(world, world.arn);
  await putManually(world, { ...value, port, engine: 'redis-enterprise', a: 1, b: 2, c: 3 });
  const endpoints = [`127.0.0.1:${port}`];
  await updateFields(world, { endpoints, ssl: false, c: 4 }, ['a', 'c', 'absent']);
  expect(await fieldsOf(world)).toEqual({ endpoints, ssl: false, b: 2, c: 4 });
});

test('a number that JavaScript cannot represent stays exact', async () => {
  await using world = await open();
  const value = JSON.stringify(await readSecret(world, world.arn));
  const exact = '"big":12345678901234567890';
  world.store.write(world.arn, ({ versions }) => {
    for (const version of versions.values()) {
      version.value = { SecretString: value.replace('{', `{${exact},`) };
    }
  });
  await updateFields(world, { ...(await fieldsOf(world)), big: undefined, note: 1 });
  const current = world.store.latest(world.arn).versions.get(idOf(world, 'AWSCURRENT') ?? '');
  expect(JSON.stringify(current?.value)).toContain(exact.replaceAll('"', '\\"'));
});

test('if AWSCURRENT has the fields, nothing is written', async () => {
  await using world = await open();
  const fields = { ...(await fieldsOf(world)), note: 1 };
  const updated = await updateFields(world, fields);
  const before = world.store.latest(world.arn);
  expect(await updateFields(world, fields, ['absent'])).toEqual(updated);
  expect(world.store.latest(world.arn)).toBe(before);
});

test('an AWSCURRENT without LIVE gets LIVE with the update', async () => {
  await using world = await open();
  await updateFields(world, { ...(await fieldsOf(world)), note: 1 });
  expect(labels(world)).toEqual([[], ['AWSCURRENT', 'LIVE']]);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
});

test('an AWSCURRENT without a password gets no LIVE, and its first rotation succeeds', async () => {
  await using world = await openScenario({ database: 'built-in', value: { password: undefined } });
  const updated = await updateFields(world, { ...(await fieldsOf(world)), note: 1 });
  expect(updated.rotate).toBe(false);
  expect(labels(world)).toEqual([[], ['AWSCURRENT']]);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(labels(world)).toEqual([[], [], ['AWSCURRENT', 'LIVE']]);
});

test('if the first rotation was abandoned, the caller must start one', async () => {
  await using world = await openScenario({ database: 'built-in', value: { password: undefined } });
  world.store.write(world.arn, (secret) => {
    secret.rotationEnabled = true;
  });
  const { versionId, rotate } = await updateFields(world, await fieldsOf(world));
  expect({ versionId, rotate }).toEqual({ versionId: idOf(world, 'AWSCURRENT'), rotate: true });
});

test('an update after a rollback removes the expiry of AWSCURRENT', async () => {
  await using world = await open();
  const first = idOf(world, 'AWSCURRENT');
  await rotateSecret(world, world.arn);
  const from = idOf(world, 'AWSCURRENT');
  await updateStage(world, world.arn, 'AWSCURRENT', { to: first, from });
  await updateFields(world, { ...(await fieldsOf(world)), note: 1 });
  expect(labels(world)).toEqual([[], ['EXPIRES-then', 'LIVE'], ['AWSCURRENT', 'LIVE']]);
  world.time.advance(2 * OVERLAP_SECONDS);
  await reconcile(world);
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});
