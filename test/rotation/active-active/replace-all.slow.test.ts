import { expect, test } from 'vitest';
import {
  FIRST_PASSWORD,
  idOf,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
} from '../../support/scenario.ts';
import {
  bringBack,
  expectOneEverywhere,
  LAYOUTS,
  naming,
  openClusters,
  takeDown,
} from './clusters.ts';

type Users = { user: Scenario['user'] }[];

/** Expects AWSCURRENT to be the only password of the user on these clusters. */
function expectCurrentAlone(world: Scenario, clusters: Users): void {
  const current = passwordOf(world, 'AWSCURRENT');
  for (const { user } of clusters) expect(user.passwords).toEqual([current]);
}

test.each(LAYOUTS)('replaceAll names a cluster that is down: $name', async (layout) => {
  await using clusters = await openClusters(layout);
  const { world, down, others } = clusters;
  takeDown(down);
  await expect(replaceAll(world)).rejects.toMatchObject(naming(down));
  expect(down.user.passwords).toEqual([FIRST_PASSWORD]);
  expectCurrentAlone(world, others);
  // If no cluster answers, replaceAll does not write a version.
  expect(idOf(world, 'REPLACING') === undefined).toBe(others.length === 0);
  bringBack(down);
  await replaceAll(world);
  await expectOneEverywhere(world);
});

test.each(
  LAYOUTS,
)('the next replaceAll completes a replaceAll that failed at its PUT: $name', async (layout) => {
  await using clusters = await openClusters(layout);
  const { world, down, others } = clusters;
  takeDown(down, (method) => method === 'PUT');
  await expect(replaceAll(world)).rejects.toMatchObject(naming(down));
  expect(down.user.passwords).toEqual([FIRST_PASSWORD]);
  expect(idOf(world, 'REPLACING')).toBeDefined();
  expectCurrentAlone(world, others);
  bringBack(down);
  await expect(reconcile(world)).rejects.toMatchObject({ code: 'replace_in_progress' });
  expect(down.user.passwords).toEqual([FIRST_PASSWORD]);
  await replaceAll(world);
  expect(idOf(world, 'REPLACING')).toBeUndefined();
  await expectOneEverywhere(world);
});

test.each(
  LAYOUTS,
)('reconcile removes REPLACING once a failed database is back: $name', async (layout) => {
  await using clusters = await openClusters(layout);
  const { world, down, all } = clusters;
  down.api.fault = ({ method }) => {
    if (method === 'PUT') down.database.fault = () => 'request lost';
    return undefined;
  };
  await expect(replaceAll(world)).rejects.toMatchObject(naming(down));
  expect(idOf(world, 'REPLACING')).toBe(idOf(world, 'AWSCURRENT'));
  expectCurrentAlone(world, all);
  bringBack(down);
  await reconcile(world);
  expect(idOf(world, 'REPLACING')).toBeUndefined();
  await expectOneEverywhere(world);
});

test.each([
  0, 1,
])('a PUT without a reply on cluster %i does not stop the other one', async (down) => {
  await using clusters = await openClusters({ login: 'admin', clusters: 2, down });
  const { world, others } = clusters;
  clusters.down.api.fault = ({ method }) => (method === 'PUT' ? 'no reply' : undefined);
  const event = { Step: 'replaceAll', SecretId: world.arn, Confirm: world.user.name };
  // The function keeps 25 s in reserve, so that requests have 1 s.
  const context = { getRemainingTimeInMillis: () => 26_000 };
  await expect(world.invoke(event, context)).rejects.toMatchObject(naming(clusters.down));
  expectCurrentAlone(world, others);
  bringBack(clusters.down);
  await replaceAll(world);
  await expectOneEverywhere(world);
});
