import { expect, test } from 'vitest';
import { abandon } from '../../faults/stage.ts';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import { rotateSecret } from '../../sandbox/setup.ts';
import { removeFaults } from '../../support/interrupt.ts';
import { callStep, idOf, openScenario, passwordOf, stageToken } from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';
import { callSteps, stepsBefore, stepsFrom } from '../steps.ts';
import { actDuring, expectOneAfterRotation } from './beside.ts';

const open = () => openScenario({ database: 'built-in', ssl: false });

test('an update waits for a rotation that is about to end', async () => {
  await using world = await open();
  const fields = { ...(await fieldsOf(world)), note: 1 };
  const token = stageToken(world);
  const left: readonly (typeof STEPS)[number][] = STEPS;
  await callSteps(world, token, left);
  // Secrets Manager removes AWSPENDING, and the function reads it before.
  const moved = world.store.latest(world.arn);
  world.store.write(world.arn, ({ versions }) => {
    for (const version of versions.values()) {
      version.stages = version.stages.filter((label) => !/^AWS(CURRENT|PREVIOUS)$/.test(label));
      if (version.id !== token) version.stages.push('AWSCURRENT');
    }
  });
  let reads = 0;
  world.aws.fault = (action) => {
    reads += Number(action.endsWith('DescribeSecret'));
    if (reads === 3) world.store.write(world.arn, (secret) => void Object.assign(secret, moved));
    return undefined;
  };
  const { rotate } = await updateFields(world, fields);
  removeFaults(world);
  expect(rotate).toBe(false);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(world.user.passwords.at(-1));
  expect(await fieldsOf(world)).toEqual(fields);
});

test.each(STEPS)('an update abandons a rotation that stays before %s', async (next) => {
  await using world = await open();
  const fields = { ...(await fieldsOf(world)), note: 1 };
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore(next));
  const started = world.time.now();
  const { versionId, rotate } = await updateFields(world, fields);
  expect({ versionId, rotate }).toEqual({ versionId: idOf(world, 'AWSCURRENT'), rotate: true });
  expect(world.time.now() - started).toBeGreaterThanOrEqual(20_000);
  for (const step of stepsFrom(next)) {
    await expect(callStep(world, step, token)).rejects.toMatchObject({ code: /token_not/ });
  }
  expect(await fieldsOf(world)).toEqual(fields);
  await expectOneAfterRotation(world);
});

test('an update that is interrupted after it moved AWSCURRENT has ended the rotation', async () => {
  await using world = await open();
  const fields = { ...(await fieldsOf(world)), note: 1 };
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore('finishSecret'));
  let isMoved = false;
  world.aws.fault = (_action, { VersionStage }) => {
    if (isMoved) return 'denied';
    isMoved = VersionStage === 'AWSCURRENT';
    return isMoved ? 'done, then denied' : undefined;
  };
  await expect(updateFields(world, fields)).rejects.toMatchObject({ code: 'aws_call_failed' });
  removeFaults(world);
  await expect(callStep(world, 'finishSecret', token)).rejects.toMatchObject({ code: /token_not/ });
  expect(await fieldsOf(world)).toEqual(fields);
});

test('a rotation that ends at any moment of an update loses neither password nor fields', async () => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await open();
    const fields = { ...(await fieldsOf(world)), note: 1 };
    const token = stageToken(world);
    await callSteps(world, token, stepsBefore('finishSecret'));
    isReached = await actDuring(
      world,
      at,
      () => updateFields(world, fields),
      () => callStep(world, 'finishSecret', token).catch(() => undefined),
    );
    expect(await fieldsOf(world)).toEqual(fields);
    await expectOneAfterRotation(world);
  }
});

test.each(STEPS)('an update at any moment of %s keeps its fields', async (step) => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await open();
    const fields = { ...(await fieldsOf(world)), note: 1 };
    const token = stageToken(world);
    await callSteps(world, token, stepsBefore(step));
    let updated: Promise<unknown> | undefined;
    isReached = await actDuring(
      world,
      at,
      () => callStep(world, step, token).catch(() => undefined),
      async () => {
        updated = updateFields(world, fields);
        await updated;
      },
    );
    if (!isReached) continue;
    await updated;
    expect(await fieldsOf(world)).toEqual(fields);
    // Secrets Manager calls the steps again.
    await callSteps(world, token).catch(() => undefined);
    expect(await fieldsOf(world)).toEqual(fields);
    // A createSecret whose write arrives after the update begins a rotation that fails: abandon it.
    await abandon(world);
    await expectOneAfterRotation(world);
  }
});

test('AWSPENDING that lingers on AWSCURRENT does not block the next rotation', async () => {
  await using world = await open();
  world.driver.leavePending = true;
  await rotateSecret(world, world.arn);
  expect(idOf(world, 'AWSPENDING')).toBe(idOf(world, 'AWSCURRENT'));
  const { rotate } = await updateFields(world, { ...(await fieldsOf(world)), note: 1 });
  expect(rotate).toBe(false);
  expect(idOf(world, 'AWSPENDING')).toBeUndefined();
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('a rotation that is paused stays paused', async () => {
  await using world = await open();
  await rotateSecret(world, world.arn);
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore('testSecret'));
  world.store.write(world.arn, (secret) => {
    secret.rotationEnabled = false;
  });
  const { rotate } = await updateFields(world, { ...(await fieldsOf(world)), note: 1 });
  expect({ rotate, pending: idOf(world, 'AWSPENDING') }).toEqual({
    rotate: false,
    pending: undefined,
  });
});
