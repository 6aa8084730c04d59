import { expect, test } from 'vitest';
import { LABELS_MAX } from '../../sandbox/aws/secret-store.ts';
import {
  labels,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
} from '../../support/scenario.ts';
import { addSecondCluster } from '../../support/second-cluster.ts';
import { LOGINS } from '../logins.ts';

/**
 * Denies a new EXPIRES label if all labels are in use. The emulator, as AWS, would answer
 * LimitExceededException: the SDK repeats such a call for 8 s.
 */
function denyLabelsOverLimit({ aws, store, arn }: Scenario): () => boolean {
  let isDenied = false;
  aws.fault = (_action, { VersionStage = '' }) => {
    const stages = [...store.latest(arn).versions.values()].flatMap((version) => version.stages);
    const isOver = stages.length >= LABELS_MAX && !stages.includes(String(VersionStage));
    if (!isOver || !String(VersionStage).startsWith('EXPIRES-')) return undefined;
    isDenied = true;
    return 'denied';
  };
  return () => isDenied;
}

test.each(LOGINS)('a run succeeds after failed runs have used up the labels: %s', async (login) => {
  await using world = await openScenario({ login, database: 'built-in', ssl: false });
  await using second = await addSecondCluster(world);
  const isDenied = denyLabelsOverLimit(world);
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
  expect(isDenied()).toBe(true);
  expect(second.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  for (let run = 0; run < 3; run += 1) {
    world.time.advance(OVERLAP_SECONDS + 200);
    await reconcile(world);
  }
  expect(labels(world).flat().sort()).toEqual(['AWSCURRENT', 'LIVE']);
});
