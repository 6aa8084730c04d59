import { expect, test } from 'vitest';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import { removeFaults } from '../../support/interrupt.ts';
import { rollBack } from '../../support/roll-back.ts';
import {
  callStep,
  idOf,
  OVERLAP_SECONDS,
  passwordOf,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import { expectReplaced } from '../replace-all/expect-replaced.ts';
import { callSteps, stepsBefore } from '../steps.ts';
import { openRotated, setExpiry } from './rotated.ts';

/** Runs `other` completely just before the call number `at` of `run`; returns its result. */
async function during(
  world: Scenario,
  at: number,
  run: (world: Scenario) => Promise<unknown>,
  other: (world: Scenario) => Promise<unknown>,
): Promise<{ isReached: boolean; result?: unknown }> {
  let calls = 0;
  let result: unknown;
  const hold = async () => {
    calls += 1;
    if (calls === at) result = await other(world).catch((error: unknown) => error);
    return undefined;
  };
  world.aws.fault = hold;
  world.api.fault = hold;
  world.database.fault = hold;
  await run(world).catch(() => undefined);
  removeFaults(world);
  world.database.fault = undefined;
  return { isReached: calls >= at, result };
}

const open = () => openRotated({ database: 'built-in', ssl: false });

test.each(STEPS)('a rollBack during %s decides AWSCURRENT', async (step) => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await open();
    const token = stageToken(world);
    await callSteps(world, token, stepsBefore(step));
    let restored: string | undefined;
    const restore = async (one: Scenario) => {
      await rollBack(one);
      restored = passwordOf(one, 'AWSCURRENT');
    };
    const run = await during(world, at, () => callStep(world, step, token), restore);
    isReached = run.isReached;
    if (!isReached) continue;
    expect({ at, result: run.result }).toEqual({ at, result: undefined });
    expect(passwordOf(world, 'AWSCURRENT')).toBe(restored);
  }
});

test('a finishSecret during a rollBack does not undo it', async () => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await open();
    const token = stageToken(world);
    await callSteps(world, token, stepsBefore('finishSecret'));
    let expected = token;
    const restore = async (one: Scenario) => {
      expected = Object(await rollBack(one)).versionId;
    };
    const finish = (one: Scenario) => callStep(one, 'finishSecret', token);
    ({ isReached } = await during(world, at, restore, finish));
    expect({ at, current: idOf(world, 'AWSCURRENT') }).toEqual({ at, current: expected });
  }
});

test('a reconcile just after the old expiry keeps AWSCURRENT valid during a rollBack', async () => {
  const versions = new Set<string | undefined>();
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await open();
    await setExpiry(world, world.before, 61);
    const expire = (one: Scenario) => {
      world.time.advance(62);
      return reconcile(one);
    };
    ({ isReached } = await during(world, at, rollBack, expire));
    versions.add(idOf(world, 'AWSCURRENT') === world.before ? 'restored' : 'kept');
    expect(world.user.passwords).toContain(passwordOf(world, 'AWSCURRENT'));
    world.time.advance(OVERLAP_SECONDS - 1);
    await reconcile(world);
    expect(world.user.passwords).toContain(passwordOf(world, 'AWSCURRENT'));
  }
  expect([...versions].sort()).toEqual(['kept', 'restored']);
});

test.each([
  ['a replaceAll during a rollBack', rollBack, replaceAll],
  ['a rollBack during a replaceAll', replaceAll, rollBack],
] as const)('%s brings no replaced password back', async (_, run, other) => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await open();
    ({ isReached } = await during(world, at, run, other));
    if (idOf(world, 'REPLACING') !== undefined) await replaceAll(world);
    if (isReached) await expectReplaced(world);
  }
});

test('a rollBack fails if a replaceAll began just before the move, and has not succeeded', async () => {
  await using world = await open();
  world.aws.fault = async (_action, { VersionStage }) => {
    if (VersionStage !== 'AWSCURRENT') return undefined;
    removeFaults(world);
    world.api.fault = ({ method }) => (method === 'PUT' ? { status: 500 } : undefined);
    await expect(replaceAll(world)).rejects.toMatchObject({ code: 'cluster_reply_unexpected' });
    removeFaults(world);
    return undefined;
  };
  const message = expect.stringMatching(
    /^AWSCURRENT moved to version \S+, and version \S+ has REPLACING/,
  );
  const failure = { code: 'replace_in_progress', message };
  await expect(rollBack(world)).rejects.toMatchObject(failure);
  await replaceAll(world);
  await expectReplaced(world);
});

test('two rollBacks at the same time restore one version', async () => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await open();
    const named = (one: Scenario) => rollBack(one, world.before);
    const run = await during(world, at, named, named);
    isReached = run.isReached;
    expect(idOf(world, 'AWSCURRENT')).toBe(world.before);
  }
});
