import { expect, test } from 'vitest';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { leftInTheEnd } from '../support/promises.ts';
import {
  callStep,
  idOf,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';

async function expectOneInTheEnd(world: Scenario): Promise<void> {
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(leftInTheEnd(world.witness.scene())).toEqual([]);
}

test.each(STEPS)('a second call of %s changes nothing', async (repeated) => {
  await using world = await openScenario();
  const token = stageToken(world);
  for (const step of STEPS) {
    await callStep(world, step, token);
    if (step !== repeated) continue;
    const { store, arn, user } = world;
    const before = { secret: store.latest(arn).versions, passwords: user.passwords };
    await callStep(world, step, token);
    expect({ secret: store.latest(arn).versions, passwords: user.passwords }).toEqual(before);
  }
  await expectOneInTheEnd(world);
});

test('concurrent calls of each step rotate the password once', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  for (const step of STEPS) {
    const results = await Promise.allSettled([1, 2, 3].map(() => callStep(world, step, token)));
    expect(results.filter(({ status }) => status === 'fulfilled').length, step).toBeGreaterThan(0);
  }
  expect(passwordOf(world, 'AWSCURRENT')).toBe(world.user.passwords.at(-1));
  await expectOneInTheEnd(world);
});

test('createSecret does not take AWSPENDING back from another rotation', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  let other: string | undefined;
  world.aws.fault = (action) => {
    if (action.endsWith('GetParametersByPath')) other ??= stageToken(world);
    return undefined;
  };
  await expect(callStep(world, 'createSecret', token)).rejects.toMatchObject({
    code: 'token_not_staged',
  });
  expect(idOf(world, 'AWSPENDING')).toBe(other);
  expect(passwordOf(world, 'AWSPENDING')).toBeUndefined();
});
