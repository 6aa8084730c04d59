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

const KINDS = (['self', 'admin'] as const).flatMap((login) =>
  DATABASES.map((database) => ({ login, database })),
);
const username = 'orders';

test.each(
  KINDS,
)('a password rotates without anybody being refused: $login, $database', async (kind) => {
  await using world = await openScenario(kind);
  for (let rotation = 1; rotation <= 3; rotation += 1) {
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

test.each(['self', 'admin'] as const)('a secret without a database rotates: %s', async (login) => {
  await using world = await openScenario({ login, noDatabase: true });
  if (login === 'admin') world.user.role = 'db_viewer';
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  world.time.advance(OVERLAP_SECONDS + 1);
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(world.api.calls.filter(({ status }) => status === 401)).toEqual([]);
});

test('a database without TLS is proved over plain TCP', async () => {
  await using world = await openScenario({ ssl: false });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('every field but the password is carried over to the letter', async () => {
  const value = { engine: 'redis-enterprise', note: 'ä"\\', deep: { list: [1, null, 0.1] } };
  await using world = await openScenario({ value });
  const before = await readSecret(world, world.arn);
  await rotateSecret(world, world.arn);
  const after = await readSecret(world, world.arn);
  expect(after).toEqual({ ...before, password: after.password });
  expect(Object.keys(after)).toEqual(Object.keys(before));
});

test('a new password has the set length and none of the excluded characters', async () => {
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

test('a new password has each type that is left, and may have no punctuation at all', async () => {
  const EXCLUDE_CHARACTERS = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
  const settings = { EXCLUDE_CHARACTERS, PASSWORD_LENGTH: '16' };
  await using world = await openScenario({ settings });
  for (let rotation = 0; rotation < 5; rotation += 1) {
    expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
    const password = String(passwordOf(world, 'AWSCURRENT'));
    expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{16}$/);
  }
});

test('with an overlap of 0 the replaced password is deleted in the rotation itself', async () => {
  await using world = await openScenario({ settings: { OVERLAP_SECONDS: '0' } });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(labels(world)).toEqual([[], ['AWSCURRENT', 'LIVE']]);
});

test('the RotationToken goes into PutSecretValue and nowhere else', async () => {
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
])('rotations go on where AWSPENDING stays behind: %s', async (leavePending) => {
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

test('testSecret alone, on an AWSPENDING that equals AWSCURRENT, passes and changes nothing', async () => {
  await using world = await openScenario();
  const rotation = rotateSecret(world, world.arn, { RotateImmediately: false });
  expect(await rotation).toEqual({ outcome: 'succeeded' });
  expect(world.api.calls).toEqual([]);
  expect(labels(world)).toEqual([['AWSCURRENT'], []]);
});
