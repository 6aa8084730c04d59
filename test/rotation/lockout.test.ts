import { expect, test } from 'vitest';
import { createHandler } from '../../lambda/handler.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { readSecret, rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';
import { findAdministrator, LOGINS, rejectedLogins } from './logins.ts';
import { callSteps } from './steps.ts';

const ATTEMPTS = 3;

/** Returns the scenario with a new function for each invocation, so that nothing is cached. */
function withColdStarts(world: Scenario): Scenario {
  const { environment, time, lines } = world;
  const invoke: Scenario['invoke'] = (event) =>
    createHandler(environment, time, (line) => lines.push(line))(event);
  return { ...world, invoke };
}

/** Calls each step several times, and ignores its failures. */
async function attemptSteps(world: Scenario, token: string): Promise<void> {
  for (const step of STEPS) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await callStep(world, step, token).catch(() => undefined);
    }
  }
}

const lockedUntil = (world: Scenario) => [
  world.user.lockedUntil,
  findAdministrator(world)?.lockedUntil ?? 0,
];

type BreakLogin = (world: Scenario) => Promise<unknown> | unknown;

// By default a cluster locks an account after 5 rejected logins in 15 minutes.
const REJECTIONS: [name: string, breakLogin: BreakLogin][] = [
  [
    'a password that an administrator reset',
    async (world) => {
      world.user.passwords = ['reset'];
      await world.cluster.onPasswords(world.user);
    },
  ],
  [
    "an administrator's password that was changed elsewhere",
    (world) => findAdministrator(world)?.passwords.splice(0, 1, 'changed'),
  ],
  [
    'Basic authentication that is disabled',
    ({ cluster }) => Object.assign(cluster.options, { basicAuthentication: false }),
  ],
];

const ROWS = LOGINS.flatMap((login) =>
  REJECTIONS.map(([name, breakLogin]) => ({ login, name, breakLogin })),
);

test.each(
  ROWS.flatMap((row) => (['before', 'after'] as const).map((when) => ({ ...row, when }))),
)('one secret with a wrong login locks no account: $name, $when createSecret, $login', async (row) => {
  await using warm = await openScenario({ login: row.login, database: 'built-in' });
  const world = withColdStarts(warm);
  const token = stageToken(world);
  if (row.when === 'after') await callStep(world, 'createSecret', token);
  await row.breakLogin(world);
  await attemptSteps(world, token);
  await reconcile(world).catch(() => undefined);
  await replaceAll(world).catch(() => undefined);
  expect(world.user.rejectedAt.length).toBeLessThan(world.cluster.policy.lockoutThreshold);
  expect(lockedUntil(world)).toEqual([0, 0]);
});

test.each(
  ROWS.filter(({ login, name }) => login === 'admin' || !name.startsWith('an administrator')),
)('without a database, a failed rotation locks no account: $name, $login', async (row) => {
  const options = { login: row.login, noDatabase: true, database: 'built-in' } as const;
  await using warm = await openScenario(options);
  const world = withColdStarts(warm);
  world.driver.invoke = world.invoke;
  world.driver.attempts = ATTEMPTS;
  await row.breakLogin(world);
  await world.invoke({ Step: 'preflight', SecretId: world.arn }).catch(() => undefined);
  expect(await rotateSecret(world, world.arn)).toMatchObject({ outcome: 'failed' });
  await reconcile(world).catch(() => undefined);
  expect(lockedUntil(world)).toEqual([0, 0]);
});

test('without a database, a warm function sends a wrong password once', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true, database: 'built-in' });
  await putManually(world, { username: 'orders', password: 'wrong' });
  await attemptSteps(world, stageToken(world));
  expect(world.user.rejectedAt).toHaveLength(1);
});

test('without a database, testSecret sends a rejected password once', async () => {
  await using world = await openScenario({ login: 'self', noDatabase: true, database: 'built-in' });
  const token = stageToken(world);
  await callStep(world, 'createSecret', token);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await expect(callStep(world, 'testSecret', token)).rejects.toMatchObject({
      code: 'pending_password_refused',
    });
  }
  expect(world.user.rejectedAt).toHaveLength(1);
  await callSteps(world, token, ['setSecret', 'testSecret', 'finishSecret']);
  expect(world.user.passwords).toContain(passwordOf(world, 'AWSCURRENT'));
});

test('an administrator that one cluster rejected still logs in to another cluster', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  findAdministrator(world)?.passwords.splice(0, 1, 'changed');
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({ outcome: 'failed' });
  expect(rejectedLogins(world)).not.toEqual([]);
  const endpoints = [`localhost:${second.database.port}`];
  await putManually(world, {
    ...(await readSecret(world, world.arn)),
    clusters: ['us'],
    endpoints,
  });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('the function sends a rejected administrator login again after 30 minutes', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const passwords = findAdministrator(world)?.passwords ?? [];
  const [password = ''] = passwords.splice(0, 1, 'changed');
  const token = stageToken(world);
  const createSecret = () => callStep(world, 'createSecret', token);
  await expect(createSecret()).rejects.toMatchObject({ code: 'cluster_login_refused' });
  passwords.splice(0, 1, password);
  await expect(createSecret()).rejects.toThrow('less than 30 minutes ago');
  world.time.advance(30 * 60);
  await createSecret();
});
