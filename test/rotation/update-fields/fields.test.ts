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
  type Scenario,
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

type Refusal = [name: string, fields: object, code: string, text: string];

const CANARY = 'pasted-by-mistake';
const REFUSALS: Refusal[] = [
  ['a port out of range', { port: 70_000 }, 'secret_value_invalid', 'port is another number'],
  ['a port without a host', { host: undefined }, 'secret_value_invalid', 'host and port is absent'],
  ['an invalid email', { email: CANARY }, 'secret_value_invalid', 'email is another string'],
  ['another engine', { engine: CANARY }, 'secret_value_invalid', 'engine is another string'],
  ['a host that is not allowed', { host: `${CANARY}.test` }, 'host_not_allowed', 'host is not'],
  ['an unknown cluster', { clusters: [CANARY] }, 'cluster_parameter_invalid', 'unknown cluster'],
];

test.each(REFUSALS)('%s is refused before any change', async (_name, fields, code, text) => {
  await using world = await open();
  const sent = { ...(await fieldsOf(world)), ...fields };
  await expectRefused(world, sent, { code, text });
  expect(world.lines.join('')).not.toContain(CANARY);
});

test('a value that would be too large is refused before any change', async () => {
  await using world = await open();
  const value = await readSecret(world, world.arn);
  await putManually(world, { ...value, large: 'x'.repeat(40_000) });
  const sent = { ...(await fieldsOf(world)), large: undefined, more: 'x'.repeat(40_000) };
  await expectRefused(world, sent, { code: 'secret_value_invalid', text: 'allowed are 65536' });
});

async function expectRefused(
  world: Scenario,
  fields: object,
  { code, text }: { code: string; text: string },
): Promise<void> {
  const before = world.store.latest(world.arn);
  await expect(updateFields(world, fields)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(text),
  });
  expect(world.store.latest(world.arn)).toBe(before);
}

test('without the tag, the username is unknown, and nothing changes', async () => {
  await using world = await openScenario({ login: 'self', userTag: undefined, ssl: false });
  const text = 'redis-enterprise-rotation:user is absent';
  await expectRefused(world, { note: 1 }, { code: 'user_tag_mismatch', text });
});

test('an AWSCURRENT of another user than the tag names stays', async () => {
  await using world = await open();
  await putManually(world, { ...(await readSecret(world, world.arn)), username: 'billing' });
  const text = 'name different users';
  await expectRefused(world, { note: 1 }, { code: 'user_tag_mismatch', text });
});
