import { expect } from 'vitest';
import { rotateSecret } from '../../sandbox/setup.ts';
import { removeFaults } from '../../support/interrupt.ts';
import {
  labels,
  OVERLAP_SECONDS,
  passwordOf,
  reconcile,
  type Scenario,
} from '../../support/scenario.ts';
import { fieldsOf } from '../../support/update-fields.ts';

/** Rotates, as the caller of updateFields does, and expects no other password in the end. */
export async function expectOneAfterRotation(world: Scenario): Promise<void> {
  const fields = await fieldsOf(world);
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
  expect(await fieldsOf(world)).toEqual(fields);
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  expect(world.user.passwords).toEqual([passwordOf(world, 'AWSCURRENT')]);
  expect(labels(world).flat().sort()).toEqual(['AWSCURRENT', 'LIVE']);
}

/** Runs `act` just before the function's call number `at` to AWS; returns whether it was made. */
export async function actDuring(
  world: Scenario,
  at: number,
  run: () => Promise<unknown>,
  act: () => Promise<unknown>,
): Promise<boolean> {
  let calls = 0;
  let isReached = false;
  world.aws.fault = async () => {
    calls += 1;
    if (calls !== at) return undefined;
    isReached = true;
    await act();
    return undefined;
  };
  await run();
  removeFaults(world);
  return isReached;
}
