import { expect, test } from 'vitest';
import { createHandler } from '../lambda/handler.ts';
import {
  callStep,
  openScenario,
  putByHand,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from './scenario.ts';

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
    (world) => {
      world.api.fault = () => {
        world.user.refusedAt.push(world.time.now());
        return { status: 401 };
      };
    },
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

test('without a database a wrong password in the secret is tried once an invocation', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true, database: 'built-in' });
  await putByHand(world, { username: 'orders', password: 'wrong' });
  const token = stageToken(world);
  const refused = () => world.api.calls.filter(({ status }) => status === 401).length;
  for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
    const before = refused();
    await callStep(world, step, token).catch(() => undefined);
    expect(refused() - before, step).toBeLessThanOrEqual(1);
    world.user.refusedAt = [];
  }
});
