import { expect, test } from 'vitest';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import type { ClusterApi } from '../sandbox/cluster/api.ts';
import { type Cluster, setGeneration } from '../sandbox/cluster/cluster.ts';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import type { Database } from '../sandbox/database/database.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { leftInTheEnd } from '../support/promises.ts';
import {
  callStep,
  FIRST_PASSWORD,
  FUNCTION_TIMEOUT_SECONDS,
  idOf,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';
import { addSecondCluster } from '../support/second-cluster.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

type Member = {
  name: string;
  cluster: Cluster;
  api: ClusterApi;
  database: Database;
  user: ClusterUser;
};

/** The clusters of a world, and which of them is down. */
type Clusters = { all: Member[]; down: Member };

const LOGINS = ['self', 'admin'] as const;
const SETS = [
  { clusters: 1, down: 0 },
  { clusters: 2, down: 0 },
  { clusters: 2, down: 1 },
];
const TABLE = SETS.flatMap((set) => LOGINS.map((login) => ({ ...set, login })));

async function openClusters({ login, clusters, down }: (typeof TABLE)[number]) {
  await using started = new AsyncDisposableStack();
  const world = started.use(await openScenario({ login, database: 'built-in', ssl: false }));
  const all: Member[] = [{ ...world, name: 'sandbox' }];
  if (clusters === 2) all.push({ ...started.use(await addSecondCluster(world)), name: 'us' });
  const member = all[down];
  if (member === undefined) throw new RangeError(`there is no cluster ${down}`);
  const running = started.move();
  const dispose = () => running.disposeAsync();
  return { world, all, down: member, [Symbol.asyncDispose]: dispose };
}

function takeDown({ api, database }: Member, isAffected = (_method: string) => true): void {
  api.fault = ({ method }) => (isAffected(method) ? 'request lost' : undefined);
  database.fault = isAffected('AUTH') ? () => 'request lost' : undefined;
}

function bringBack({ api, database }: Member): void {
  api.fault = undefined;
  database.fault = undefined;
}

const passwords = ({ all }: Clusters) => all.map(({ user }) => user.passwords);

/** In the end AWSCURRENT is the one password that works, everywhere, and nothing is under way. */
async function expectOneEverywhere(world: Scenario): Promise<void> {
  world.time.advance(Math.max(OVERLAP_SECONDS, FUNCTION_TIMEOUT_SECONDS) + 1);
  await reconcile(world);
  expect(passwordOf(world, 'AWSCURRENT')).not.toBe(FIRST_PASSWORD);
  expect(leftInTheEnd(world.witness.scene())).toEqual([]);
}

const named = ({ name }: Member) => ({ message: expect.stringContaining(`cluster ${name}`) });

const DOWN_IN_ROTATION = TABLE.flatMap((row) => STEPS.map((step) => ({ ...row, step })));

test.each(
  DOWN_IN_ROTATION,
)('of $clusters, cluster $down is down at $step, then back: $login', async ({ step, ...row }) => {
  await using clusters = await openClusters(row);
  const { world, down } = clusters;
  const token = stageToken(world);
  const at = STEPS.indexOf(step);
  for (const before of STEPS.slice(0, at)) await callStep(world, before, token);
  const before = structuredClone(passwords(clusters));
  takeDown(down);
  await expect(callStep(world, step, token)).rejects.toMatchObject(named(down));
  expect(passwordOf(world, 'AWSCURRENT')).toBe(FIRST_PASSWORD);
  passwords(clusters).forEach((now, index) => {
    expect(now).toEqual(expect.arrayContaining(before[index] ?? []));
  });
  bringBack(down);
  for (const after of STEPS.slice(at)) await callStep(world, after, token);
  expect(passwords(clusters).every((one) => one.includes(FIRST_PASSWORD))).toBe(true);
  await expectOneEverywhere(world);
});

test.each(
  TABLE,
)('of $clusters, cluster $down is down while a deletion is due, then back: $login', async (row) => {
  await using clusters = await openClusters(row);
  const { world, down } = clusters;
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  const before = structuredClone({ passwords: passwords(clusters), labels: labels(world) });
  takeDown(down);
  await expect(reconcile(world)).rejects.toMatchObject(named(down));
  expect({ passwords: passwords(clusters), labels: labels(world) }).toEqual(before);
  bringBack(down);
  await expectOneEverywhere(world);
});

test.each(
  TABLE,
)('of $clusters, cluster $down fails in a deletion itself, then is back: $login', async (row) => {
  await using clusters = await openClusters(row);
  const { world, down } = clusters;
  await rotateSecret(world, world.arn);
  world.time.advance(OVERLAP_SECONDS + 1);
  const before = labels(world);
  takeDown(down, (method) => method === 'DELETE');
  await expect(reconcile(world)).rejects.toMatchObject(named(down));
  expect(down.user.passwords).toHaveLength(2);
  expect(labels(world)).toEqual(before);
  bringBack(down);
  await expectOneEverywhere(world);
});

test.each(
  TABLE,
)('of $clusters, cluster $down is down before replaceAll, and is named: $login', async (row) => {
  await using clusters = await openClusters(row);
  const { world, down, all } = clusters;
  takeDown(down);
  await expect(replaceAll(world)).rejects.toMatchObject(named(down));
  expect(down.user.passwords).toEqual([FIRST_PASSWORD]);
  const others = all.filter((one) => one !== down);
  const current = passwordOf(world, 'AWSCURRENT');
  for (const { user } of others) expect(user.passwords).toEqual([current]);
  // With no cluster to ask nothing is begun.
  expect(idOf(world, 'REPLACING') === undefined).toBe(others.length === 0);
  bringBack(down);
  await replaceAll(world);
  await expectOneEverywhere(world);
});

test.each(
  TABLE,
)('of $clusters, cluster $down fails in replaceAll itself, then is back: $login', async (row) => {
  await using clusters = await openClusters(row);
  const { world, down, all } = clusters;
  takeDown(down, (method) => method === 'PUT');
  await expect(replaceAll(world)).rejects.toMatchObject(named(down));
  expect(down.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(idOf(world, 'REPLACING')).toBeDefined();
  const others = all.filter((one) => one !== down);
  const current = passwordOf(world, 'AWSCURRENT');
  for (const { user } of others) expect(user.passwords).toEqual([current]);
  bringBack(down);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'replace_in_progress' });
  expect(down.user.passwords).toEqual([FIRST_PASSWORD]);
  await replaceAll(world);
  expect(idOf(world, 'REPLACING')).toBeUndefined();
  await expectOneEverywhere(world);
});

test.each(
  TABLE,
)("of $clusters, cluster $down's database fails after replaceAll's PUT, then is back: $login", async (row) => {
  await using clusters = await openClusters(row);
  const { world, down, all } = clusters;
  down.api.fault = ({ method }) => {
    if (method === 'PUT') down.database.fault = () => 'request lost';
    return undefined;
  };
  await expect(replaceAll(world)).rejects.toMatchObject(named(down));
  expect(idOf(world, 'REPLACING')).toBe(idOf(world, 'AWSCURRENT'));
  const current = passwordOf(world, 'AWSCURRENT');
  for (const { user } of all) expect(user.passwords).toEqual([current]);
  bringBack(down);
  // Every cluster accepts AWSCURRENT, which came by PUT alone.
  await reconcile(world);
  expect(idOf(world, 'REPLACING')).toBeUndefined();
  await expectOneEverywhere(world);
});

test('a cluster that a user comes to later is brought up to date by the next rotation of an admin', async () => {
  await using clusters = await openClusters({ login: 'admin', clusters: 1, down: 0 });
  const { world } = clusters;
  await rotateSecret(world, world.arn);
  await using second = await addSecondCluster(world, { password: passwordOf(world, 'AWSCURRENT') });
  second.user.passwords = ['of-its-own'];
  await second.cluster.onPasswords(second.user);
  // The function reads the clusters' parameters again after 5 minutes.
  world.time.advance(301);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(second.user.passwords).toEqual(['of-its-own', passwordOf(world, 'AWSCURRENT')]);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(second.user.passwords).toEqual(['of-its-own', passwordOf(world, 'AWSCURRENT')]);
});

test('on generation A such a cluster is named, with what it asks for, by preflight too', async () => {
  await using clusters = await openClusters({ login: 'admin', clusters: 2, down: 1 });
  const { world, down } = clusters;
  down.user.passwords = ['of-its-own'];
  await down.database.setUser(down.user);
  setGeneration(down.cluster, 'legacy');
  const { ok, checks } = (await world.invoke({
    Step: 'preflight',
    SecretId: world.arn,
  })) as Preflight;
  expect({ ok, version: checks.filter(({ check }) => check === 'version').at(-1) }).toMatchObject({
    ok: false,
    version: { status: 'fail', hint: expect.stringContaining('this version asks for it') },
  });
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'current_password_refused', ...named(down) },
  });
});

test('in self mode a cluster that does not know AWSCURRENT is named, and nothing changes', async () => {
  await using clusters = await openClusters({ login: 'self', clusters: 2, down: 1 });
  const { world, down } = clusters;
  down.user.passwords = ['of-its-own'];
  await down.database.setUser(down.user);
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'current_password_refused', ...named(down) },
  });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
});

test.each([
  0, 1,
])('a cluster that hangs at the PUT of a replaceAll keeps no other from its new password: %i', async (at) => {
  await using clusters = await openClusters({ login: 'admin', clusters: 2, down: at });
  const { world, all, down } = clusters;
  down.api.fault = ({ method }) => (method === 'PUT' ? 'no reply' : undefined);
  const event = { Step: 'replaceAll', SecretId: world.arn, Confirm: world.user.name };
  // What is left for requests is two seconds: the rest is kept for the log.
  const context = { getRemainingTimeInMillis: () => 27_000 };
  await expect(world.invoke(event, context)).rejects.toMatchObject(named(down));
  for (const { user } of all.filter((one) => one !== down)) {
    expect(user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  }
  bringBack(down);
  await replaceAll(world);
  await expectOneEverywhere(world);
});
