import { expect, test } from 'vitest';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import { readSecret, rotateSecret, updateStage } from '../../sandbox/setup.ts';
import { removeFaults } from '../../support/interrupt.ts';
import {
  callStep,
  FIRST_PASSWORD,
  idOf,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  putManually,
  reconcile,
  replaceAll,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import { callSteps, stepsBefore, stepsFrom } from '../steps.ts';
import { expectReplaced } from './expect-replaced.ts';

test.each(STEPS)('a replaceAll before %s stops the rotation', async (next) => {
  await using world = await openScenario({ database: 'built-in' });
  const token = stageToken(world);
  await callSteps(world, token, stepsBefore(next));
  const pending = passwordOf(world, 'AWSPENDING');
  await replaceAll(world);
  for (const step of stepsFrom(next)) {
    await expect(callStep(world, step, token)).rejects.toMatchObject({ code: /token_not/ });
  }
  expect(passwordOf(world, 'AWSCURRENT')).not.toBe(pending);
  await expectReplaced(world);
});

test.each(STEPS)('a replaceAll during %s decides AWSCURRENT', async (step) => {
  for (let at = 1, isReached = true; isReached; at += 1) {
    await using world = await openScenario({ database: 'built-in', ssl: false });
    const token = stageToken(world);
    await callSteps(world, token, stepsBefore(step));
    isReached = await replaceDuring(world, at, () => callStep(world, step, token));
    if (!isReached) continue;
    const current = passwordOf(world, 'AWSCURRENT');
    // A createSecret that reads the labels after the replaceAll begins a rotation: abandon it.
    const pending = idOf(world, 'AWSPENDING');
    if (pending) await updateStage(world, world.arn, 'AWSPENDING', { from: pending });
    // A password that the step added after the replaceAll has LIVE, and expires.
    world.time.advance(2 * OVERLAP_SECONDS);
    await reconcile(world);
    expect(passwordOf(world, 'AWSCURRENT')).toBe(current);
    expect(world.user.passwords).toEqual([current]);
    await expectReplaced(world);
  }
});

/** Runs a whole replaceAll just before a step's call number `at`; returns whether it was made. */
async function replaceDuring(
  world: Scenario,
  at: number,
  step: () => Promise<unknown>,
): Promise<boolean> {
  let calls = 0;
  let replaced: Promise<unknown> | undefined;
  const hold = async () => {
    calls += 1;
    if (calls !== at) return undefined;
    replaced = replaceAll(world);
    await replaced;
    return undefined;
  };
  world.aws.fault = hold;
  world.api.fault = hold;
  await step().catch(() => undefined);
  removeFaults(world);
  await replaced;
  if (replaced !== undefined) expect(world.user.passwords).not.toContain(FIRST_PASSWORD);
  return replaced !== undefined;
}

test('a run verifies its password again before it moves AWSCURRENT', async () => {
  await using world = await openScenario({ database: 'built-in' });
  let moves = 0;
  // Another run completes between this run's PUT and its move of AWSCURRENT.
  world.aws.fault = async (action, { VersionStage }) => {
    if (!action.endsWith('UpdateSecretVersionStage') || VersionStage !== 'AWSCURRENT') return;
    moves += 1;
    if (moves === 1) await replaceAll(world);
    return undefined;
  };
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'pending_password_refused' });
  removeFaults(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
});

const NEXT: [name: string, overlap: string, run: (world: Scenario) => Promise<unknown>][] = [
  ['a rotation', '0', (world) => rotateSecret(world, world.arn)],
  ['another replaceAll', String(OVERLAP_SECONDS), replaceAll],
];

test.each(NEXT)('a PUT that is repeated after %s keeps AWSCURRENT valid', async (...row) => {
  const [, overlap, run] = row;
  const settings = { OVERLAP_SECONDS: overlap };
  await using world = await openScenario({ settings, database: 'built-in' });
  let puts = 0;
  world.api.fault = async ({ method }) => {
    if (method !== 'PUT') return undefined;
    puts += 1;
    if (puts === 1) return 'request lost';
    if (puts !== 2) return undefined;
    // Before the first run repeats its PUT, another replaceAll completes, and AWSCURRENT moves.
    await replaceAll(world);
    await run(world);
    return undefined;
  };
  await replaceAll(world);
  world.api.fault = undefined;
  await expectReplaced(world);
});

test('replaceAll keeps a value that an operator puts while it runs', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const value = await readSecret(world, world.arn);
  world.aws.fault = async (action) => {
    if (!action.endsWith('PutSecretValue')) return undefined;
    world.aws.fault = undefined;
    await putManually(world, { ...value, note: 'of an operator' });
    return undefined;
  };
  await expect(replaceAll(world)).rejects.toMatchObject({ code: 'secret_value_changed' });
  expect(world.user.passwords).toEqual([FIRST_PASSWORD]);
  await replaceAll(world);
  expect(await readSecret(world, world.arn)).toMatchObject({ note: 'of an operator' });
});
