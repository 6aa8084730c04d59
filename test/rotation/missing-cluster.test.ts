import {
  DeleteParameterCommand,
  PutParameterCommand,
  paginateGetParametersByPath,
} from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { CLUSTERS_PATH } from '../sandbox/names.ts';
import { putClusterNames, rotateSecret } from '../sandbox/setup.ts';
import {
  callStep,
  FIRST_PASSWORD,
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
import { addSecondCluster, type SecondCluster } from '../support/second-cluster.ts';

// The function keeps parameters for 5 minutes.
const CACHED_SECONDS = 301;

const MISSING = {
  code: 'cluster_parameter_invalid',
  message: expect.stringMatching(/: us has no parameters under CLUSTERS_PATH; hint: restore /),
};

const VALUE = { username: 'orders', password: FIRST_PASSWORD };

/**
 * A user on two clusters, of which `us` can lose its parameters. The secret names no database:
 * without `us` it is still valid.
 */
async function openTwo() {
  await using started = new AsyncDisposableStack();
  const world = started.use(await openScenario({ database: 'built-in', ssl: false }));
  const second = started.use(await addSecondCluster(world));
  for (const user of [world.user, second.user]) user.role = 'db_viewer';
  await putByHand(world, VALUE);
  world.driver.attempts = 1;
  const running = started.move();
  return { world, second, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function readParameters({ parameters: client }: Scenario) {
  const input = { Path: CLUSTERS_PATH, Recursive: true };
  const pages = await Array.fromAsync(paginateGetParametersByPath({ client }, input));
  return pages.flatMap(({ Parameters = [] }) => Parameters);
}

/** Deletes the parameters of `us`, or the one given; returns what restores them. */
async function removeParameters(world: Scenario, name = 'us/'): Promise<() => Promise<void>> {
  const { parameters, time } = world;
  const all = await readParameters(world);
  const gone = all.filter((one) => one.Name?.startsWith(`${CLUSTERS_PATH}/${name}`));
  expect(gone).not.toEqual([]);
  for (const { Name } of gone) await parameters.send(new DeleteParameterCommand({ Name }));
  time.advance(CACHED_SECONDS);
  return async () => {
    for (const { Name, Value, Type } of gone) {
      await parameters.send(new PutParameterCommand({ Name, Value, Type }));
    }
    time.advance(CACHED_SECONDS);
  };
}

const passwords = ({ user }: Scenario, second: SecondCluster) => [
  [...user.passwords],
  [...second.user.passwords],
];

const deletions = ({ api }: Scenario, second: SecondCluster) =>
  [...api.calls, ...second.api.calls].filter(({ method }) => method === 'DELETE');

test('a rotation is refused while the parameters of a listed cluster are missing', async () => {
  await using clusters = await openTwo();
  const { world, second } = clusters;
  const restore = await removeParameters(world);
  expect(await rotateSecret(world, world.arn)).toMatchObject({ error: MISSING });
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect(passwords(world, second)).toEqual([[FIRST_PASSWORD], [FIRST_PASSWORD]]);
  await restore();
});

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

test.each(STEPS)('AWSCURRENT stays if a cluster goes missing before %s', async (step) => {
  await using clusters = await openTwo();
  const { world, second } = clusters;
  const token = stageToken(world);
  const at = STEPS.indexOf(step);
  for (const before of STEPS.slice(0, at)) await callStep(world, before, token);
  const before = [passwords(world, second), labels(world)];
  const restore = await removeParameters(world);
  await expect(callStep(world, step, token)).rejects.toMatchObject(MISSING);
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  expect([passwords(world, second), labels(world)]).toEqual(before);
  await restore();
  for (const after of STEPS.slice(at)) await callStep(world, after, token);
  const after = passwordOf(world, 'AWSCURRENT');
  expect(after).not.toBe(FIRST_PASSWORD);
  expect(passwords(world, second)).toEqual([
    [FIRST_PASSWORD, after],
    [FIRST_PASSWORD, after],
  ]);
});

test('an expired password stays on the ledger until the missing cluster is back', async () => {
  await using clusters = await openTwo();
  const { world, second } = clusters;
  await rotateSecret(world, world.arn);
  const current = passwordOf(world, 'AWSCURRENT');
  world.time.advance(OVERLAP_SECONDS);
  const restore = await removeParameters(world);
  const before = labels(world);
  expect(before.flat()).toEqual(expect.arrayContaining(['LIVE', 'EXPIRES-then']));
  await expect(reconcile(world)).rejects.toMatchObject(MISSING);
  expect(labels(world)).toEqual(before);
  expect(deletions(world, second)).toEqual([]);
  await restore();
  await reconcile(world);
  expect(passwords(world, second)).toEqual([[current], [current]]);
  expect(labels(world).flat()).not.toContain('EXPIRES-then');
});

test('an expired password stays on the ledger if AWSCURRENT leaves the missing cluster out', async () => {
  await using clusters = await openTwo();
  const { world, second } = clusters;
  await rotateSecret(world, world.arn);
  const password = passwordOf(world, 'AWSCURRENT');
  await putByHand(world, { ...VALUE, password, clusters: ['sandbox'] });
  world.time.advance(OVERLAP_SECONDS);
  const restore = await removeParameters(world);
  await reconcile(world);
  expect(deletions(world, second)).toEqual([]);
  expect(labels(world).flat()).toContain('EXPIRES-then');
  await restore();
});

test('replaceAll is refused while the parameters of a listed cluster are missing', async () => {
  await using clusters = await openTwo();
  const { world, second } = clusters;
  const before = labels(world);
  const restore = await removeParameters(world);
  await expect(replaceAll(world)).rejects.toMatchObject(MISSING);
  expect(labels(world)).toEqual(before);
  expect(passwords(world, second)).toEqual([[FIRST_PASSWORD], [FIRST_PASSWORD]]);
  await restore();
});

test('a secret that leaves the missing cluster out rotates', async () => {
  await using clusters = await openTwo();
  const { world, second } = clusters;
  await putByHand(world, { ...VALUE, clusters: ['sandbox'] });
  const restore = await removeParameters(world);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(second.user.passwords).toEqual([FIRST_PASSWORD]);
  await restore();
});

test.each([
  'sandbox,',
  'eu us',
  'x'.repeat(129),
])('the list %j is refused by name', async (list) => {
  await using world = await openScenario({ database: 'built-in' });
  await putClusterNames(world, list);
  await expect(reconcile(world)).rejects.toMatchObject({
    code: 'cluster_parameter_invalid',
    message: expect.stringContaining(': clusters is invalid, allowed is a list of cluster names'),
  });
});

test('a cluster may have the name of the list', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const { parameters } = world;
  for (const { Name = '', Value, Type } of await readParameters(world)) {
    const path = Name.replace('/sandbox/', '/clusters/');
    if (path === Name) continue;
    await parameters.send(new PutParameterCommand({ Name: path, Value, Type }));
    await parameters.send(new DeleteParameterCommand({ Name }));
  }
  await putClusterNames(world, 'clusters');
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('preflight names the missing cluster, and warns of a missing list', async () => {
  await using clusters = await openTwo();
  const { world } = clusters;
  const check = async () => {
    const found = await world.invoke({ Step: 'preflight', SecretId: world.arn });
    return (found as Preflight).checks.filter((one) => one.check === 'clusters');
  };
  expect(await check()).toMatchObject([{ status: 'pass', detail: 'sandbox, us' }]);
  const restore = await removeParameters(world);
  expect(await check()).toMatchObject([
    { status: 'fail', detail: expect.stringContaining('us has no parameters') },
  ]);
  await restore();
  const restoreList = await removeParameters(world, 'clusters');
  expect(await check()).toMatchObject([
    { status: 'warn', hint: expect.stringContaining(`${CLUSTERS_PATH}/clusters`) },
  ]);
  await restoreList();
});
