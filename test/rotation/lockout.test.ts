import { expect, test } from 'vitest';
import { createHandler } from '../../lambda/handler.ts';
import { readSecret, rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  openScenario,
  passwordOf,
  putByHand,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';

const TRIES = 3;

const adminOf = ({ cluster }: Scenario) => cluster.users.find(({ name }) => name === 'admin');

/** Calls the function in a new environment each time, as after a pause: it remembers nothing. */
function cold(world: Scenario): Scenario {
  const { environment, time, lines } = world;
  const invoke: Scenario['invoke'] = (event) =>
    createHandler(environment, time, (line) => lines.push(line))(event);
  return { ...world, invoke };
}

type Failing = [name: string, spoil: (world: Scenario) => Promise<unknown> | unknown];

// Ways in which a login fails, by the default lock-out of 5 refused logins in 15 minutes.
const FAILING: Failing[] = [
  [
    'a password that an administrator has reset',
    async (world) => {
      world.user.passwords = ['reset'];
      await world.cluster.onPasswords(world.user);
    },
  ],
  [
    'an admin whose password was changed elsewhere',
    (world) => adminOf(world)?.passwords.splice(0, 1, 'changed'),
  ],
  [
    'Basic authentication that is switched off',
    ({ cluster }) => Object.assign(cluster.options, { basicAuthentication: false }),
  ],
];

const TABLE = (['self', 'admin'] as const).flatMap((login) =>
  (['before createSecret', 'after it'] as const).flatMap((when) =>
    FAILING.map(([name, spoil]) => ({ login, when, name, spoil })),
  ),
);

test.each(
  TABLE,
)('no account is locked by three tries of each step, a reconcile and a replaceAll: $name, $when, $login', async ({
  login,
  when,
  spoil,
}) => {
  await using warm = await openScenario({ login, database: 'built-in' });
  const world = cold(warm);
  const token = stageToken(world);
  if (when === 'after it') await callStep(world, 'createSecret', token);
  await spoil(world);
  for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      await callStep(world, step, token).catch(() => undefined);
    }
  }
  await reconcile(world).catch(() => undefined);
  await replaceAll(world).catch(() => undefined);
  expect(world.user.refusedAt.length).toBeLessThan(world.cluster.policy.lockoutThreshold);
  expect(world.user.lockedUntil).toBe(0);
  expect(adminOf(world)?.lockedUntil ?? 0).toBe(0);
});

test.each(
  (['self', 'admin'] as const).flatMap((login) =>
    FAILING.filter(([name]) => login === 'admin' || !name.startsWith('an admin')).map(
      ([name, spoil]) => ({ login, name, spoil }),
    ),
  ),
)('without a database, no account is locked by a rotation that Secrets Manager gives up: $name, $login', async ({
  login,
  spoil,
}) => {
  await using warm = await openScenario({ login, noDatabase: true, database: 'built-in' });
  const world = cold(warm);
  world.driver.invoke = world.invoke;
  world.driver.attempts = TRIES;
  await spoil(world);
  await world.invoke({ Step: 'preflight', SecretId: world.arn }).catch(() => undefined);
  expect(await rotateSecret(world, world.arn)).toMatchObject({ outcome: 'failed' });
  await reconcile(world).catch(() => undefined);
  expect([world.user.lockedUntil, adminOf(world)?.lockedUntil ?? 0]).toEqual([0, 0]);
});

test('without a database a wrong password is tried once by an environment that stays warm', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true, database: 'built-in' });
  await putByHand(world, { username: 'orders', password: 'wrong' });
  const token = stageToken(world);
  for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      await callStep(world, step, token).catch(() => undefined);
    }
  }
  expect(world.user.refusedAt).toHaveLength(1);
});

test('a pending password that is refused without a database is tried once, until it is added again', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true, database: 'built-in' });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await expect(callStep(world, 'testSecret', token)).rejects.toMatchObject({
      code: 'pending_password_refused',
    });
  }
  expect(world.user.refusedAt).toHaveLength(1);
  for (const step of ['setSecret', 'testSecret', 'finishSecret'])
    await callStep(world, step, token);
  expect(world.user.passwords).toContain(passwordOf(world, 'AWSCURRENT'));
});

test('an admin that one cluster refused is tried at another', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  adminOf(world)?.passwords.splice(0, 1, 'changed');
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({ outcome: 'failed' });
  const endpoints = [`localhost:${second.database.port}`];
  await putByHand(world, { ...(await readSecret(world, world.arn)), clusters: ['us'], endpoints });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('an admin that was refused is tried again after 30 minutes', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const admin = adminOf(world)?.passwords ?? [];
  const [password = ''] = admin.splice(0, 1, 'changed');
  const token = stageToken(world);
  const createSecret = () => callStep(world, 'createSecret', token);
  await expect(createSecret()).rejects.toMatchObject({ code: 'cluster_login_refused' });
  admin.splice(0, 1, password);
  await expect(createSecret()).rejects.toThrow('less than 30 minutes ago');
  world.time.advance(30 * 60);
  await createSecret();
});
