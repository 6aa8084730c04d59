import { expect, test } from 'vitest';
import { rotateSecret } from '../../sandbox/setup.ts';
import {
  FIRST_PASSWORD,
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
  type Scenario,
} from '../../support/scenario.ts';
import { openRotated } from '../roll-back/rotated.ts';
import { expectReplaced } from './expect-replaced.ts';

test.each([
  5_000, 30_000,
])('replaceAll changes nothing on a cluster if reads are %i ms behind', async (ms) => {
  await using world = await openScenario({ database: 'built-in' });
  await rotateSecret(world, world.arn);
  const { passwords } = world.user;
  world.time.advance(31);
  world.storeOptions.staleReadsMs = ms;
  await expect(replaceAll(world)).rejects.toMatchObject({
    code: 'aws_call_failed',
    message: expect.stringContaining('does not show the change of LIVE'),
  });
  expect(world.user.passwords).toEqual(passwords);
  world.storeOptions.staleReadsMs = 0;
  await replaceAll(world);
  await expectReplaced(world);
});

test('replaceAll succeeds if rotations have used up the labels', async () => {
  const settings = { OVERLAP_SECONDS: String(30 * 86_400) };
  await using world = await openScenario({ settings, database: 'built-in' });
  world.store.write(world.arn, ({ versions }) => {
    [...versions.values()][0]?.stages.push('BLUE', 'GREEN');
  });
  let outcome = 'succeeded';
  while (outcome === 'succeeded') ({ outcome } = await rotateSecret(world, world.arn));
  await replaceAll(world);
  await expectReplaced(world);
});

test('replaceAll succeeds if an invalid value has LIVE', async () => {
  await using world = await openScenario({ login: 'self', database: 'built-in' });
  const id = 'an-invalid-value-of-somebody-else-00001';
  const stages = { ClientRequestToken: id, VersionStages: [`LIVE-${id}`] };
  await putManually(world, ['not', 'an', 'object'], stages);
  await replaceAll(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(world.user.passwords).not.toContain(FIRST_PASSWORD);
});

const liveVersions = (world: Scenario) =>
  labels(world).filter((names) => names.some((name) => name.startsWith('LIVE')));

// docs/guides/after-a-leak.md names these times.
test('after a replaceAll, reconcile removes labels after 3 minutes, and after the overlap', async () => {
  await using world = await openRotated({ settings: { FUNCTION_TIMEOUT_SECONDS: '120' } });
  await replaceAll(world);
  world.time.advance(2 * 60);
  await reconcile(world);
  expect(liveVersions(world)).toHaveLength(3);
  world.time.advance(60);
  await reconcile(world);
  expect(liveVersions(world)).toHaveLength(2);
  world.time.advance(OVERLAP_SECONDS);
  await reconcile(world);
  expect(liveVersions(world)).toHaveLength(1);
});
