import { expect, test } from 'vitest';
import { abandon } from '../../faults/stage.ts';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import { readSecret, rotateSecret, updateStage } from '../../sandbox/setup.ts';
import { removeFaults } from '../../support/interrupt.ts';
import {
  callStep,
  FIRST_PASSWORD,
  idOf,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import { fieldsOf, updateFields } from '../../support/update-fields.ts';
import { callSteps, stepsBefore, stepsFrom } from '../steps.ts';

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

/** Rotates, as the caller of updateFields does, and expects no other password in the end. */
async function expectOneAfterRotation(world: Scenario): Promise<void> {
  const fields = await fieldsOf(world);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(await fieldsOf(world)).toEqual(fields);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(labels(world).flat().sort()).toEqual(['AWSCURRENT', 'LIVE']);
}

/** Runs `act` just before the function's call number `at` to AWS; returns whether it was made. */
async function actDuring(
  world: Scenario,
  at: number,
  run: () => Promise<unknown>,
  act: () => Promise<unknown>,
): Promise<boolean> {
  let calls = 0;
  let isReached = false;
  world.aws.fault = async () => {
    calls += 1;
    if (calls !== at) return undefined;
    isReached = true;
    await act();
    return undefined;
  };
  await run();
  removeFaults(world);
  return isReached;
}

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
  });
  expect(world.store.latest(world.arn)).toBe(before);
  await replaceAll(world);
  await updateFields(world, { ...fields, note: 1 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
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
