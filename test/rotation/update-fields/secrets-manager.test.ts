import { expect, test } from 'vitest';
import { rotateSecret, updateStage } from '../../sandbox/setup.ts';
import { removeFaults } from '../../support/interrupt.ts';
import { idOf, labels, openScenario, passwordOf } from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';

const open = () => openScenario({ database: 'built-in', ssl: false });

test('reads that stay behind end in an error, and AWSCURRENT keeps a valid password', async () => {
  await using world = await open();
  await rotateSecret(world, world.arn);
  const fields = { ...(await fieldsOf(world)), note: 1 };
  world.time.advance(31);
  world.storeOptions.staleReadsMs = 30_000;
  await expect(updateFields(world, fields)).rejects.toMatchObject({ code: 'aws_call_failed' });
  world.storeOptions.staleReadsMs = 0;
  expect(world.user.passwords).toContain(passwordOf(world, 'AWSCURRENT'));
  await updateFields(world, fields);
  expect(await fieldsOf(world)).toEqual(fields);
});

test.each([100, 2_500])('an update succeeds if reads are %i ms behind', async (ms) => {
  await using world = await open();
  await rotateSecret(world, world.arn);
  const fields = { ...(await fieldsOf(world)), note: 1 };
  world.time.advance(4);
  world.storeOptions.staleReadsMs = ms;
  const { versionId } = await updateFields(world, fields);
  expect(versionId).toBe(idOf(world, 'AWSCURRENT'));
});

test('retries of an update that cannot move AWSCURRENT use up one label', async () => {
  await using world = await open();
  await rotateSecret(world, world.arn);
  const fields = { ...(await fieldsOf(world)), note: 1 };
  const before = labels(world).flat().length;
  world.aws.fault = (action) =>
    action.endsWith('UpdateSecretVersionStage') ? 'denied' : undefined;
  for (const _ of [1, 2, 3, 4]) {
    await expect(updateFields(world, fields)).rejects.toMatchObject({ code: 'aws_call_failed' });
  }
  expect(labels(world).flat()).toHaveLength(before + 1);
  removeFaults(world);
  const { versionId } = await updateFields(world, fields);
  expect(versionId).toBe(idOf(world, 'AWSCURRENT'));
  expect(await fieldsOf(world)).toEqual(fields);
  expect(labels(world).flat()).toHaveLength(before);
});

test('a secret without room for another label keeps AWSCURRENT', async () => {
  await using world = await open();
  const fields = { ...(await fieldsOf(world)), note: 1 };
  world.store.write(world.arn, ({ versions }) => {
    const [version] = versions.values();
    for (let index = 0; index < 18; index += 1) version?.stages.push(`mine-${index}`);
  });
  const before = world.store.latest(world.arn);
  await expect(updateFields(world, fields)).rejects.toMatchObject({ code: 'labels_exhausted' });
  expect(world.store.latest(world.arn)).toBe(before);
  await updateStage(world, world.arn, 'mine-0', { from: idOf(world, 'mine-0') });
  await updateFields(world, fields);
  expect(await fieldsOf(world)).toEqual(fields);
});
