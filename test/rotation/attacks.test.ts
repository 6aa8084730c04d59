import { expect, test } from 'vitest';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { putClusterNames, readSecret, rotateSecret, updateStage } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
  idOf,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putByHand,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';

// What attackers and strangers found, each with the order of events that broke a promise.
const LOGINS = ['admin', 'self'] as const;

const checksOf = async ({ invoke, arn }: Scenario) =>
  ((await invoke({ Step: 'preflight', SecretId: arn })) as Preflight).checks;

test.each(
  LOGINS,
)('replaceAll that is repeated while a cluster is down goes through once it is back: %s', async (login) => {
  await using world = await openScenario({ login, database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  second.api.fault = () => 'request lost';
  for (let run = 0; run < 8; run += 1) {
    await expect(replaceAll(world)).rejects.toMatchObject({
      message: expect.stringContaining('cluster us may still accept leaked passwords'),
    });
    world.time.advance(3_600);
    await reconcile(world).catch(() => undefined);
  }
  second.api.fault = undefined;
  await replaceAll(world);
  expect(second.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  for (let run = 0; run < 3; run += 1) {
    world.time.advance(OVERLAP_SECONDS + 200);
    await reconcile(world);
  }
  expect(labels(world).flat().sort()).toEqual(['AWSCURRENT', 'LIVE']);
});

test.each(
  LOGINS,
)('replaceAll does not report success if AWSCURRENT leaves out a cluster of a live version: %s', async (login) => {
  await using world = await openScenario({ login, database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  await reconcile(world);
  const { host: _, ...value } = await readSecret(world, world.arn);
  const endpoints = [`127.0.0.1:${world.database.port}`];
  await putByHand(world, { ...value, endpoints, clusters: ['sandbox'] });
  await expect(replaceAll(world)).rejects.toMatchObject({
    message: expect.stringContaining('cluster us may still accept leaked passwords'),
  });
  expect(idOf(world, 'REPLACING')).toBeDefined();
  expect(second.user.passwords).toEqual([FIRST_PASSWORD]);
});

test.each(
  LOGINS,
)('the LIVE of AWSCURRENT on another version does not stop reconcile and replaceAll: %s', async (login) => {
  await using world = await openScenario({ login, database: 'built-in' });
  const current = idOf(world, 'AWSCURRENT');
  const value = await readSecret(world, world.arn);
  await putByHand(world, { ...value, note: 1 }, { VersionStages: [`LIVE-${current}`] });
  expect(await reconcile(world)).toMatchObject({ live: 1 });
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test.each(
  LOGINS,
)('a DELETE that is answered with 200 and does nothing keeps its version on the ledger: %s', async (login) => {
  await using world = await openScenario({ login, database: 'built-in' });
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  world.api.fault = ({ method }) =>
    method === 'DELETE' ? { status: 200, body: '<html></html>' } : undefined;
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'password_not_deleted' });
  expect(labels(world)[0]).toEqual(['EXPIRES-then', 'LIVE']);
  world.api.fault = undefined;
  expect(await reconcile(world)).toEqual({ live: 1, deleted: 1 });
});

test('REPLACING stays while a cluster accepts the password of before', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  second.api.fault = ({ method }) => (method === 'PUT' ? 'request lost' : undefined);
  await replaceAll(world).catch(() => undefined);
  second.api.fault = undefined;
  // An operator ends the outage there: AWSCURRENT is valid everywhere now, and so is the old one.
  second.user.passwords = [FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT') ?? ''];
  await second.cluster.onPasswords(second.user);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'replace_in_progress' });
  await replaceAll(world);
  expect(second.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test('AWSCURRENT that was put during a replaceAll is not lost', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const value = await readSecret(world, world.arn);
  world.aws.fault = async (action) => {
    if (!action.endsWith('PutSecretValue')) return undefined;
    world.aws.fault = undefined;
    await putByHand(world, { ...value, note: 'of an operator' });
    return undefined;
  };
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'secret_value_changed' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  await replaceAll(world);
  expect(await readSecret(world, world.arn)).toMatchObject({ note: 'of an operator' });
});

test("a version with another email is not looked for in another user's list", async () => {
  const value = { email: 'orders@sandbox.test' };
  await using world = await openScenario({ login: 'self', value, database: 'built-in' });
  world.user.email = value.email;
  await rotateSecret(world, world.arn);
  const current = await readSecret(world, world.arn);
  await putByHand(world, { ...current, email: 'billing@sandbox.test' });
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world).catch(() => undefined);
  expect(labels(world)[0]).toEqual(['EXPIRES-then', 'LIVE']);
  expect(world.user.passwords).toHaveLength(2);
});

test('a value that somebody else put under AWSPENDING is named, not waited for', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const token = stageToken(world);
  const value = await readSecret(world, world.arn);
  const stages = { ClientRequestToken: token, VersionStages: ['AWSPENDING'] };
  await putByHand(world, { ...value, password: 'of-somebody-else-1' }, stages);
  await expect(callStep(world, 'createSecret', token)).rejects.toMatchObject({
    code: 'pending_not_created',
  });
  await updateStage(world, world.arn, 'AWSPENDING', { from: token });
});

test('preflight names a cluster that is not listed', async () => {
  await using world = await openScenario({ database: 'built-in', ssl: false });
  await using _second = await addSecondCluster(world);
  await putClusterNames(world, 'sandbox');
  expect(await checksOf(world)).toContainEqual(
    expect.objectContaining({
      check: 'clusters',
      status: 'warn',
      detail: expect.stringContaining('us'),
    }),
  );
});

test('preflight looks at the rotation also if a version has REPLACING', async () => {
  await using world = await openScenario({ database: 'built-in' });
  await updateStage(world, world.arn, 'REPLACING', { to: idOf(world, 'AWSCURRENT') });
  const found = (await checksOf(world)).filter(({ check }) => check === 'rotation');
  expect(found.map(({ status }) => status)).toEqual(['fail', 'warn']);
});

test('preflight counts the label that a rotation adds first', async () => {
  await using world = await openScenario({ database: 'built-in' });
  world.store.write(world.arn, ({ versions }) => {
    const stages = Array.from({ length: 15 }, (_, index) => `label-${index}`);
    [...versions.values()][0]?.stages.push(...stages);
  });
  expect(await checksOf(world)).toContainEqual(
    expect.objectContaining({ check: 'labels', status: 'fail' }),
  );
  world.driver.attempts = 1;
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'labels_exhausted' },
  });
});
