import { expect, test } from 'vitest';
import { leftInTheEnd } from '../support/promises.ts';
import {
  callStep,
  OVERLAP_SECONDS,
  openScenario,
  passwordOf,
  reconcile,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

async function expectOneInTheEnd(world: Scenario): Promise<void> {
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(leftInTheEnd(world.witness.scene())).toEqual([]);
}

test.each(STEPS)('%s called twice does what it does once', async (repeated) => {
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

test('steps called at once do what they do one after the other', async () => {
  await using world = await openScenario();
  const token = stageToken(world);
  for (const step of STEPS) {
    const results = await Promise.allSettled([1, 2, 3].map(() => callStep(world, step, token)));
    expect(results.filter(({ status }) => status === 'fulfilled').length, step).toBeGreaterThan(0);
  }
  expect(passwordOf(world, 'AWSCURRENT')).toBe(world.user.passwords.at(-1));
  await expectOneInTheEnd(world);
});
