import { expect, test } from 'vitest';
import { readSecret, rotateSecret } from '../../sandbox/setup.ts';
import { interruptAt, removeFaults } from '../../support/interrupt.ts';
import {
  FIRST_PASSWORD,
  idOf,
  labels,
  openScenario,
  passwordOf,
  type Scenario,
} from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';

/** Opens a world whose secret has no value, as CloudFormation creates it. */
async function openEmpty() {
  const world = await openScenario({ database: 'built-in', ssl: false });
  const fields = await fieldsOf(world);
  world.store.write(world.arn, ({ versions }) => versions.clear());
  return { world, fields, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

test('a secret without a value gets a first one, without a password and without LIVE', async () => {
  await using empty = await openEmpty();
  const { world, fields } = empty;
  const updated = await updateFields(world, fields);
  expect(updated).toEqual({ versionId: idOf(world, 'AWSCURRENT'), rotate: false });
  expect(await readSecret(world, world.arn)).toEqual({ username: 'orders', ...fields });
  expect(labels(world)).toEqual([['AWSCURRENT']]);
  expect(await updateFields(world, fields)).toEqual(updated);
});

test('the first rotation adds a password beside the first value', async () => {
  await using empty = await openEmpty();
  const { world, fields } = empty;
  await updateFields(world, fields);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT')]);
});

test('a first value that is invalid is refused, and the secret stays empty', async () => {
  await using empty = await openEmpty();
  const { world, fields } = empty;
  await expect(updateFields(world, { ...fields, port: 'x' })).rejects.toMatchObject({
    code: 'secret_value_invalid',
    hint: expect.stringContaining('deploy again'),
  });
  expect(world.store.latest(world.arn).versions.size).toBe(0);
});

test.each([
  true,
  false,
])('a run completes one that was interrupted at any call: %s', async (isDone) => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using empty = await openEmpty();
    const { world, fields } = empty;
    const counter = interruptAt(world, at, isDone);
    await updateFields(world, fields).catch(() => undefined);
    isReached = counter.calls() >= at;
    removeFaults(world);
    const updated = await updateFields(world, fields);
    expect(updated).toEqual({ versionId: idOf(world, 'AWSCURRENT'), rotate: false });
    expect(world.store.latest(world.arn).versions.size).toBe(1);
  }
});

test('two concurrent runs write one value, or the same value twice', async () => {
  await using empty = await openEmpty();
  const { world, fields } = empty;
  const [one, other] = await Promise.all([1, 2].map(() => updateFields(world, fields)));
  expect(one).toEqual(other);
  expect(await fieldsOf(world)).toEqual(fields);
});

test('reads that are behind do not replace a value that has a password', async () => {
  await using empty = await openEmpty();
  const { world, fields } = empty;
  await updateFields(world, fields);
  world.time.advance(60);
  await expectPasswordKept(world, fields);
});

async function expectPasswordKept(world: Scenario, fields: object): Promise<void> {
  await rotateSecret(world, world.arn);
  const password = passwordOf(world, 'AWSCURRENT');
  world.storeOptions.staleReadsMs = 61_000;
  await updateFields(world, { ...fields, note: 1 }).catch(() => undefined);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(password);
}
