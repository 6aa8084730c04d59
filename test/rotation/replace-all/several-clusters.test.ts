import { expect, test } from 'vitest';
import { REAL_TIME } from '../../sandbox/real-time.ts';
import { readSecret, rotateSecret } from '../../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  idOf,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
  type ScenarioOptions,
} from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';
import { LOGINS } from '../logins.ts';
import { expectReplaced } from './expect-replaced.ts';

/** Matches the error of a replaceAll that failed on the second cluster. */
const INCOMPLETE = {
  message: expect.stringContaining('cluster us may still accept leaked passwords'),
};

async function openTwoClusters(options: ScenarioOptions = {}) {
  await using started = new AsyncDisposableStack();
  const world = started.use(await openScenario({ ...options, database: 'built-in', ssl: false }));
  const second = started.use(await addSecondCluster(world));
  const running = started.move();
  return { world, second, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

test.each(LOGINS)('the next run completes a cluster that failed at its PUT: %s', async (login) => {
  await using clusters = await openTwoClusters({ login });
  const { world, second } = clusters;
  second.api.fault = ({ method }) => (method === 'PUT' ? 'request lost' : undefined);
  await expect(replaceAll(world)).rejects.toMatchObject({
    code: 'cluster_unreachable',
    ...INCOMPLETE,
  });
  const password = passwordOf(world, 'AWSCURRENT');
  expect(world.user.passwords).toEqual([password]);
  expect(second.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(idOf(world, 'REPLACING')).toBe(idOf(world, 'AWSCURRENT'));
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'replace_in_progress' });
  expect(second.user.passwords).toEqual([FIRST_PASSWORD]);
  second.api.fault = undefined;
  await replaceAll(world);
  expect(second.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  await expectReplaced(world);
});

test.each(LOGINS)('a cluster that is down does not stop the other cluster: %s', async (login) => {
  await using clusters = await openTwoClusters({ login });
  const { world, second } = clusters;
  second.api.fault = () => 'request lost';
  second.database.fault = () => 'request lost';
  await expect(replaceAll(world)).rejects.toMatchObject(INCOMPLETE);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(second.user.passwords).toEqual([FIRST_PASSWORD]);
  second.api.fault = undefined;
  second.database.fault = undefined;
  await replaceAll(world);
  await expectReplaced(world);
});

test('a cluster that does not answer leaves time for the other cluster', async () => {
  await using clusters = await openTwoClusters({ time: REAL_TIME });
  const { world, second } = clusters;
  second.api.fault = () => 'no reply';
  const event = { Step: 'replaceAll', SecretId: world.arn, Confirm: world.user.name };
  // The function keeps 25 s in reserve, so that requests have 3 s.
  const context = { getRemainingTimeInMillis: () => 28_000 };
  await expect(world.invoke(event, context)).rejects.toMatchObject(INCOMPLETE);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(world.user.passwords).not.toContain(FIRST_PASSWORD);
});

test.each(
  LOGINS,
)('replaceAll fails if AWSCURRENT leaves out a cluster of a live version: %s', async (login) => {
  await using clusters = await openTwoClusters({ login });
  const { world, second } = clusters;
  await reconcile(world);
  const { host: _, ...value } = await readSecret(world, world.arn);
  const endpoints = [`127.0.0.1:${world.database.port}`];
  await putManually(world, { ...value, endpoints, clusters: ['sandbox'] });
  await expect(replaceAll(world)).rejects.toMatchObject(INCOMPLETE);
  expect(idOf(world, 'REPLACING')).toBeDefined();
  expect(second.user.passwords).toEqual([FIRST_PASSWORD]);
});

test('REPLACING stays while a cluster accepts the replaced password', async () => {
  await using clusters = await openTwoClusters();
  const { world, second } = clusters;
  second.api.fault = ({ method }) => (method === 'PUT' ? 'request lost' : undefined);
  await replaceAll(world).catch(() => undefined);
  second.api.fault = undefined;
  // An operator adds AWSCURRENT on this cluster, so that it accepts both passwords.
  second.user.passwords = [FIRST_PASSWORD, passwordOf(world, 'AWSCURRENT') ?? ''];
  await second.cluster.onPasswords(second.user);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'replace_in_progress' });
  await replaceAll(world);
  expect(second.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

test.each(['read', 'denied'])('REPLACING stays if AWSCURRENT omits a cluster: %s', async (kind) => {
  await using clusters = await openTwoClusters({ login: 'admin' });
  const { world, second } = clusters;
  await rotateSecret(world, world.arn);
  const wide = [idOf(world, 'AWSPREVIOUS'), idOf(world, 'AWSCURRENT')];
  const { endpoints, ...value } = await readSecret(world, world.arn);
  const one = { ...value, endpoints: (endpoints as string[]).slice(0, 1), clusters: ['sandbox'] };
  await putManually(world, one);
  if (kind === 'denied') {
    world.aws.fault = (action, input) =>
      action === 'secretsmanager:GetSecretValue' && wide.includes(String(input.VersionId))
        ? 'denied'
        : undefined;
  }
  await expect(replaceAll(world)).rejects.toMatchObject(INCOMPLETE);
  world.aws.fault = undefined;
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(second.user.passwords).toHaveLength(2);
  expect(idOf(world, 'REPLACING')).toBe(idOf(world, 'AWSCURRENT'));
});
