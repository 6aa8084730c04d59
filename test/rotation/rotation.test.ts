import { expect, test } from 'vitest';
import { canLogIn } from '../sandbox/application.ts';
import { readSecret, rotateSecret } from '../sandbox/setup.ts';
import { DATABASES } from '../support/databases.ts';
import {
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
} from '../support/scenario.ts';
import { LOGINS, rejectedLogins } from './logins.ts';

const KINDS = LOGINS.flatMap((login) => DATABASES.map((database) => ({ login, database })));
const username = 'orders';

test.each(
  KINDS,
)('a rotation keeps the old and the new password valid: $login, $database', async (kind) => {
  await using world = await openScenario(kind);
  for (let rotation = 1; rotation <= 2; rotation += 1) {
    const before = String(passwordOf(world, 'AWSCURRENT'));
    await expect(rotateSecret(world, world.arn)).resolves.toEqual({ outcome: 'succeeded' });
    const after = String(passwordOf(world, 'AWSCURRENT'));
    expect(after).not.toBe(before);
    for (const password of [before, after]) {
      expect(await canLogIn(world, { username, password })).toBe(true);
    }
    world.time.advance(OVERLAP_SECONDS + 1);
    expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
    expect(await canLogIn(world, { username, password: before })).toBe(false);
    expect(await canLogIn(world, { username, password: after })).toBe(true);
  }
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test.each(LOGINS)('a secret without a database rotates: %s', async (login) => {
  await using world = await openScenario({ login, noDatabase: true });
  if (login === 'admin') world.user.role = 'db_viewer';
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(rejectedLogins(world)).toEqual([]);
});

test('a database without TLS is verified over plain TCP', async () => {
  await using world = await openScenario({ ssl: false });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('a rotation copies every field except the password unchanged', async () => {
  const value = { engine: 'redis-enterprise', note: 'ä"\\', deep: { list: [1, null, 0.1] } };
  await using world = await openScenario({ value });
  const before = await readSecret(world, world.arn);
  await rotateSecret(world, world.arn);
  const after = await readSecret(world, world.arn);
  expect(after).toEqual({ ...before, password: after.password });
  expect(Object.keys(after)).toEqual(Object.keys(before));
});

test('a new password has the configured length and no excluded character', async () => {
  const settings = {
    PASSWORD_LENGTH: '48',
    EXCLUDE_CHARACTERS: '0aAzZ!"#$%&\'()*+,-./:;<=>?@[]^`{|}~',
  };
  await using world = await openScenario({ settings });
  await rotateSecret(world, world.arn);
  const password = String(passwordOf(world, 'AWSCURRENT'));
  expect(password).toHaveLength(48);
  expect([...password].filter((one) => settings.EXCLUDE_CHARACTERS.includes(one))).toEqual([]);
});

test('a new password has letters of both cases and digits, even without punctuation', async () => {
  const EXCLUDE_CHARACTERS = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
  const settings = { EXCLUDE_CHARACTERS, PASSWORD_LENGTH: '16' };
  await using world = await openScenario({ settings });
  for (let rotation = 0; rotation < 5; rotation += 1) {
    expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
    const password = String(passwordOf(world, 'AWSCURRENT'));
    expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{16}$/);
  }
});

test('with an overlap of 0, the rotation itself deletes the replaced password', async () => {
  await using world = await openScenario({ settings: { OVERLAP_SECONDS: '0' } });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(labels(world)).toEqual([[], ['AWSCURRENT', 'LIVE']]);
});

test('the function sends the RotationToken in PutSecretValue only, and never logs it', async () => {
  await using world = await openScenario();
  const tokens: string[] = [];
  world.driver.onStep = ({ RotationToken }) => tokens.push(RotationToken);
  await rotateSecret(world, world.arn);
  const versions = [...world.store.latest(world.arn).versions.values()];
  expect(versions.map(({ rotationToken }) => rotationToken)).toEqual([undefined, tokens[0]]);
  expect(world.lines.join('')).not.toContain(tokens[0]);
});

test.each([
  true,
  false,
])('rotations continue if AWSPENDING stays after a rotation: %s', async (leavePending) => {
  await using world = await openScenario();
  world.driver.leavePending = leavePending;
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(labels(world).at(-1)).toEqual(
    leavePending ? ['AWSCURRENT', 'AWSPENDING', 'LIVE'] : ['AWSCURRENT', 'LIVE'],
  );
  expect(await reconcile(world)).toEqual({ live: 2, deleted: 0 });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 2 });
});

test('testSecret alone succeeds, and changes nothing', async () => {
  await using world = await openScenario();
  const rotation = rotateSecret(world, world.arn, { RotateImmediately: false });
  expect(await rotation).toEqual({ outcome: 'succeeded' });
  expect(world.api.calls).toEqual([]);
  expect(labels(world)).toEqual([['AWSCURRENT'], []]);
});
