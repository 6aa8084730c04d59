import { expect, test } from 'vitest';
import { readSecret, rotateSecret } from '../../sandbox/setup.ts';
import { removeFaults } from '../../support/interrupt.ts';
import {
  FIRST_PASSWORD,
  labels,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
} from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';
import { measured } from '../../telemetry/measured.ts';
import { actDuring, expectOneAfterRotation } from './beside.ts';

const open = () => openScenario({ database: 'built-in', ssl: false });

test('an update keeps what an operator puts while it runs', async () => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await open();
    const fields = { ...(await fieldsOf(world)), note: 1 };
    const value = { ...(await readSecret(world, world.arn)), other: 'of an operator' };
    isReached = await actDuring(
      world,
      at,
      () => updateFields(world, fields),
      () => putManually(world, value),
    );
    if (isReached) expect(await fieldsOf(world)).toMatchObject({ note: 1, other: value.other });
  }
});

test('two concurrent updates with other fields end with the fields of one', async () => {
  await using world = await open();
  const fields = await fieldsOf(world);
  const notes = [1, 2, 3];
  const runs = notes.map((note) => updateFields(world, { ...fields, note }));
  const results = await Promise.allSettled(runs);
  expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
  expect(notes).toContain((await fieldsOf(world)).note);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  await expectOneAfterRotation(world);
});

test('an update during another with the same fields keeps LIVE on AWSCURRENT', async () => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await open();
    const fields = { ...(await fieldsOf(world)), note: 1 };
    const update = () => updateFields(world, fields);
    isReached = await actDuring(world, at, update, update);
    expect(await fieldsOf(world)).toEqual(fields);
    const current = labels(world).find((own) => own.includes('AWSCURRENT'));
    expect(current, `call ${at}`).toContain('LIVE');
  }
});

test('an update that finds AWSCURRENT moved each time gives up, and changes nothing', async () => {
  await using world = await open();
  const fields = { ...(await fieldsOf(world)), note: 1 };
  const value = await readSecret(world, world.arn);
  let puts = 0;
  world.aws.fault = async (action, _input, caller) => {
    if (!action.endsWith('PutSecretValue') || caller === 'sandbox') return undefined;
    puts += 1;
    await putManually(world, { ...value, other: puts });
    return undefined;
  };
  await expect(updateFields(world, fields)).rejects.toMatchObject({
    code: 'secret_value_changed',
    hint: 'deploy again',
  });
  removeFaults(world);
  expect(await readSecret(world, world.arn)).toEqual({ ...value, other: puts });
  await updateFields(world, fields);
  await expectOneAfterRotation(world);
});

test('an update is refused while a replaceAll is unfinished', async () => {
  await using world = await open();
  const fields = await fieldsOf(world);
  world.api.fault = ({ method }) => (method === 'PUT' ? 'request lost' : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_unreachable' });
  removeFaults(world);
  const before = world.store.latest(world.arn);
  await expect(updateFields(world, { ...fields, note: 1 })).rejects.toMatchObject({
    code: 'replace_in_progress',
    hint: expect.stringContaining('deploy again'),
    what: expect.stringMatching(/^nothing was changed, and version \S+ has REPLACING/),
  });
  expect(world.store.latest(world.arn)).toBe(before);
  await replaceAll(world);
  await updateFields(world, { ...fields, note: 1 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('an update keeps the age of the password, and RotationStopped fires after it', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn, { schedule: 'rate(30 days)' });
  world.time.advance(100 * 86_400);
  for (const note of [1, 2]) await updateFields(world, { ...(await fieldsOf(world)), note });
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ PasswordAgeDays: 100, RotationsStopped: 1 });
  await replaceAll(world);
  await reconcile(world);
  expect(measured(world).values).toMatchObject({ PasswordAgeDays: 0 });
});

test('a replaceAll at any moment of an update keeps its password, and hides no lost field', async () => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await open();
    const fields = { ...(await fieldsOf(world)), note: 1 };
    let replaced: Promise<unknown> | undefined;
    let isDone = false;
    isReached = await actDuring(
      world,
      at,
      () =>
        updateFields(world, fields).then(
          () => {
            isDone = true;
          },
          () => undefined,
        ),
      () => {
        replaced = replaceAll(world).catch(() => undefined);
        return replaced;
      },
    );
    if (isDone) expect(await fieldsOf(world)).toEqual(fields);
    expect(world.user.passwords).toContain(passwordOf(world, 'AWSCURRENT'));
  }
});
