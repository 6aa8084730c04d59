import { expect, test } from 'vitest';
import { readSecret, rotateSecret } from '../../sandbox/setup.ts';
import { removeFaults } from '../../support/interrupt.ts';
import { rollBack } from '../../support/roll-back.ts';
import {
  FIRST_PASSWORD,
  idOf,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  stageToken,
} from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';
import { moveLabel } from '../move-label.ts';
import { callSteps, stepsBefore } from '../steps.ts';
import { expectUnchanged } from './expect-unchanged.ts';
import { expiryOf, openRotated } from './rotated.ts';

test('a second rollBack changes nothing, unless VersionId names a version', async () => {
  await using world = await openRotated();
  const { before, after } = world;
  await rotateSecret(world, world.arn);
  await rollBack(world);
  const { code, message } = await expectUnchanged(world);
  expect(code).toBe('version_not_restorable');
  expect(message).toMatch(/version \S+: it is not older than AWSCURRENT; to move to it, name it/);
  // It is older, but the first rollBack did not choose it.
  expect(await rollBack(world, before)).toEqual({ versionId: before, replaced: after });
});

test('a rollBack that was cut off after the move changes nothing when it is repeated', async () => {
  await using world = await openRotated({ database: 'built-in' });
  let isMoved = false;
  world.aws.fault = (_action, { VersionStage }) => {
    if (isMoved) return 'denied';
    isMoved = VersionStage === 'AWSCURRENT';
    return undefined;
  };
  await expect(rollBack(world)).rejects.toMatchObject({ code: 'aws_call_failed' });
  removeFaults(world);
  await expectUnchanged(world);
  expect(idOf(world, 'AWSCURRENT')).toBe(world.before);
});

test('rollBack skips a version that is newer than AWSCURRENT', async () => {
  await using world = await openRotated();
  const value = await readSecret(world, world.arn);
  await putManually(world, { ...value, note: 'changed' });
  world.time.advance(1);
  await callSteps(world, stageToken(world), stepsBefore('finishSecret'));
  await moveLabel(world, 'AWSPENDING');
  expect(await rollBack(world)).toMatchObject({ versionId: world.before });
});

test('rollBack restores the version that was AWSCURRENT, not an abandoned one', async () => {
  await using world = await openRotated();
  await callSteps(world, stageToken(world), stepsBefore('finishSecret'));
  await moveLabel(world, 'AWSPENDING');
  expect(await rollBack(world)).toMatchObject({ versionId: world.before });
});

test('rollBack skips versions with the password of AWSCURRENT, and takes the newest', async () => {
  await using world = await openRotated();
  await rotateSecret(world, world.arn);
  const value = await readSecret(world, world.arn);
  // The same password with another field, as after a change of the port.
  await putManually(world, { ...value, note: 'changed' });
  await reconcile(world);
  expect(await rollBack(world)).toMatchObject({ versionId: world.after });
});

test('rollBack restores the version that VersionId names', async () => {
  await using world = await openRotated();
  await rotateSecret(world, world.arn);
  const replaced = idOf(world, 'AWSCURRENT');
  expect(await rollBack(world, world.before)).toEqual({ versionId: world.before, replaced });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
});

test('rollBack skips a password that a database rejects', async () => {
  await using world = await openRotated({ database: 'built-in' });
  await rotateSecret(world, world.arn);
  const rejected = passwordOf(world, 'AWSPREVIOUS');
  world.user.passwords = world.user.passwords.filter((one) => one !== rejected);
  await world.cluster.onPasswords(world.user);
  expect(await rollBack(world)).toMatchObject({ versionId: world.before });
});

test('rollBack restores all fields of a version, and verifies with them', async () => {
  await using world = await openRotated({ database: 'built-in' });
  const value = await readSecret(world, world.arn);
  // No database listens on this port.
  await putManually(world, { ...value, port: 1, note: 'wrong' });
  expect(await rollBack(world, world.before)).toMatchObject({ versionId: world.before });
  expect(await readSecret(world, world.arn)).not.toHaveProperty('note');
  expect(await readSecret(world, world.arn)).toMatchObject({ port: world.database.port });
});

test('a wrong value that was set manually is replaced, and its version gets an expiry', async () => {
  await using world = await openRotated();
  const value = await readSecret(world, world.arn);
  await putManually(world, { ...value, password: 'rejected-everywhere' });
  const wrong = String(idOf(world, 'AWSCURRENT'));
  expect(await rollBack(world)).toEqual({ versionId: world.after, replaced: wrong });
  expect(expiryOf(world, wrong)).toBeDefined();
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('rollBack verifies on every cluster, and moves applications of both', async () => {
  await using world = await openScenario({ ssl: false });
  await using second = await addSecondCluster(world);
  world.time.advance(1);
  await rotateSecret(world, world.arn);
  const previous = passwordOf(world, 'AWSPREVIOUS');
  await rollBack(world);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(previous);
  const logins = world.witness.observations.filter(
    (one) => one.what === 'login' && one.via === 'database' && one.password === previous,
  );
  const seen = new Set(logins.map((one) => 'cluster' in one && one.cluster));
  expect(seen).toEqual(new Set(['sandbox', 'us']));
  expect(second.user.passwords).toEqual(world.user.passwords);
});
