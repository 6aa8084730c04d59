import { expect, test } from 'vitest';
import { canLogIn } from '../../sandbox/application.ts';
import { readSecret, rotateSecret } from '../../sandbox/setup.ts';
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
  rollBack,
  stageToken,
} from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';
import { moveLabel } from '../move-label.ts';
import { LOGIN_KINDS } from '../replace-all/expect-replaced.ts';
import { callSteps, stepsBefore } from '../steps.ts';
import { expiryOf, openRotated } from './rotated.ts';

test.each(
  LOGIN_KINDS,
)('rollBack makes the replaced password AWSCURRENT again: %s', async (_, options) => {
  await using world = await openRotated(options);
  const { before, after, time } = world;
  const passwords = [...world.user.passwords];
  expect(await rollBack(world)).toEqual({ versionId: before, replaced: after });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect(world.user.passwords).toEqual(passwords);
  expect(expiryOf(world, before)).toBeUndefined();
  expect(expiryOf(world, after)).toBe(Math.ceil(time.now() / 1_000) + OVERLAP_SECONDS);
  expect(idOf(world, 'AWSPENDING')).toBeUndefined();
});

test('both passwords log in after a rollback, and the restored one stays', async () => {
  await using world = await openRotated();
  const username = world.user.name;
  const newer = String(passwordOf(world, 'AWSCURRENT'));
  await rollBack(world);
  for (const password of [FIRST_PASSWORD, newer]) {
    expect(await canLogIn(world, { username, password })).toBe(true);
  }
  world.time.advance(OVERLAP_SECONDS - 1);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  world.time.advance(2);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(await canLogIn(world, { username, password: FIRST_PASSWORD })).toBe(true);
  expect(await canLogIn(world, { username, password: newer })).toBe(false);
  expect(labels(world)).toEqual([['AWSCURRENT', 'LIVE'], []]);
});

test('a restored password that is moved on manually after its old expiry has an overlap', async () => {
  await using world = await openRotated();
  world.time.advance(OVERLAP_SECONDS / 2);
  await rollBack(world);
  // The expiry that the rotation gave to the restored version has passed.
  world.time.advance(OVERLAP_SECONDS / 2 + 1);
  await moveLabel(world, 'AWSCURRENT', world.after);
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  world.time.advance(OVERLAP_SECONDS - 1);
  await reconcile(world);
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
});

test('the next rotation after a rollback starts a new overlap of the restored password', async () => {
  await using world = await openRotated();
  world.time.advance(OVERLAP_SECONDS - 100);
  await rollBack(world);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS - 1);
  await reconcile(world);
  expect(world.user.passwords).toContain(FIRST_PASSWORD);
  world.time.advance(2);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test.each([
  'setSecret',
  'testSecret',
  'finishSecret',
] as const)('a rollback before %s ends the rotation, whose password expires', async (next) => {
  await using world = await openRotated();
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore(next));
  await rollBack(world);
  for (const step of ['createSecret', next, 'finishSecret']) {
    const code = 'token_not_pending';
    await expect(callStep(world, step, token)).rejects.toMatchObject({ code });
  }
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect(expiryOf(world, token)).toBeGreaterThan(world.time.now() / 1_000);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('a second rollBack returns to the version that the first one left', async () => {
  await using world = await openRotated();
  const { before, after } = world;
  await rollBack(world);
  expect(await rollBack(world)).toEqual({ versionId: after, replaced: before });
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
