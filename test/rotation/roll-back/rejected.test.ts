import { expect, test } from 'vitest';
import { USER_TAG } from '../../../lambda/names.ts';
import { readSecret, rotateSecret, updateStage } from '../../sandbox/setup.ts';
import {
  openScenario,
  passwordOf,
  replaceAll,
  type ScenarioOptions,
} from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';
import { expectUnchanged, type Failure, putLive } from './expect-unchanged.ts';
import { openRotated, stateOf } from './rotated.ts';

const EVENTS: [field: string, value: unknown, message: RegExp][] = [
  ['Confirm', 'billing', /^Confirm is not the username in the secret; hint: ./],
  ['Confirm', '', /^Confirm is absent or invalid/],
  ['Confirm', undefined, /^Confirm is absent or invalid/],
  ['VersionId', '', /^VersionId is not a string of 32 to 64 characters/],
  ['VersionId', null, /^VersionId is not a string of 32 to 64 characters/],
  ['VersionId', 'AWSPREVIOUS', /^VersionId is not a string of 32 to 64 characters/],
  ['VersionId', ['a'.repeat(36)], /^VersionId is not a string of 32 to 64 characters/],
];

test.each(EVENTS)('rollBack with %s %j changes nothing', async (field, value, message) => {
  await using world = await openRotated({ database: 'built-in' });
  const before = stateOf(world);
  const event = { Step: 'rollBack', SecretId: world.arn, Confirm: 'orders', [field]: value };
  const failure: Failure = await world.invoke(event).then(
    () => expect.unreachable('rollBack did not fail'),
    (error: Failure) => error,
  );
  expect(failure.code).toBe('event_invalid');
  expect(failure.message).toMatch(message);
  expect(stateOf(world)).toEqual(before);
});

test('rollBack changes nothing while REPLACING is on a version', async () => {
  await using world = await openRotated({ database: 'built-in' });
  await updateStage(world, world.arn, 'REPLACING', { to: world.after });
  const { code, message } = await expectUnchanged(world);
  expect(code).toBe('replace_in_progress');
  expect(message).toContain(world.after);
});

test('no password of before a replaceAll comes back', async () => {
  await using world = await openRotated({ database: 'built-in' });
  await replaceAll(world);
  expect(await expectUnchanged(world)).toMatchObject({ code: 'version_not_restorable' });
});

test('rollBack changes nothing if the tag names another user', async () => {
  await using world = await openRotated({ database: 'built-in' });
  world.store.write(world.arn, ({ tags }) => void tags.set(USER_TAG, 'billing'));
  expect(await expectUnchanged(world)).toMatchObject({ code: 'user_tag_mismatch' });
});

const UNREACHABLE: [code: string, options: ScenarioOptions][] = [
  ['database_unreachable', {}],
  ['cluster_unreachable', { login: 'self', noDatabase: true }],
];

test.each(UNREACHABLE)('rollBack changes nothing if it ends with %s', async (code, options) => {
  await using world = await openRotated({ database: 'built-in', ssl: false, ...options });
  await rotateSecret(world, world.arn);
  world.database.fault = () => 'request lost';
  world.api.fault = () => 'request lost';
  const failure = await expectUnchanged(world);
  expect(failure.code).toBe(code);
  expect(failure.message).toMatch(/^nothing was changed: version \S+ cannot be verified: ./);
});

test('rollBack changes nothing if one of two clusters is down or rejects the password', async () => {
  await using world = await openScenario({ ssl: false, database: 'built-in' });
  await using second = await addSecondCluster(world);
  world.time.advance(1);
  await rotateSecret(world, world.arn);
  second.database.fault = () => 'request lost';
  expect(await expectUnchanged(world)).toMatchObject({ code: 'database_unreachable' });
  second.database.fault = undefined;
  second.user.passwords = [String(passwordOf(world, 'AWSCURRENT'))];
  await second.cluster.onPasswords(second.user);
  const { code, message } = await expectUnchanged(world);
  expect(code).toBe('version_not_restorable');
  expect(message).toContain("cluster us's database");
});

test('rollBack names the cluster of AWSCURRENT that a version leaves out', async () => {
  await using world = await openScenario({ ssl: false, database: 'built-in' });
  await using _second = await addSecondCluster(world);
  const { endpoints, ...value } = await readSecret(world, world.arn);
  const [first] = endpoints as string[];
  const fields = { ...value, password: 'another', endpoints: [first], clusters: ['sandbox'] };
  const id = await putLive(world, fields);
  const { code, message } = await expectUnchanged(world, id);
  expect(code).toBe('version_not_restorable');
  expect(message).toContain('it leaves out cluster us of AWSCURRENT');
});

test('without a database, rollBack stops after one rejected login', async () => {
  const options = { login: 'self', noDatabase: true, database: 'built-in' } as const;
  await using world = await openRotated(options);
  await rotateSecret(world, world.arn);
  world.user.passwords = [String(passwordOf(world, 'AWSCURRENT'))];
  const from = world.witness.observations.length;
  const { message } = await expectUnchanged(world);
  expect(message).toContain('the API of cluster sandbox rejected its password');
  const logins = world.witness.observations.slice(from).filter(({ what }) => what === 'login');
  expect(logins).toHaveLength(1);
});
