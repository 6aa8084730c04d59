import { expect } from 'vitest';
import {
  callStep,
  FIRST_PASSWORD,
  labels,
  type Scenario,
  stageToken,
} from '../support/scenario.ts';

type Failure = { code: string; message: string };

/** Expects createSecret to fail before any change, with a hint and without a password. */
export async function expectUnchanged(world: Scenario): Promise<Failure> {
  const token = stageToken(world);
  const before = { labels: labels(world), passwords: world.user.passwords };
  const failure = await callStep(world, 'createSecret', token).then(
    () => expect.unreachable('createSecret did not fail'),
    (error: Failure) => error,
  );
  expect({ labels: labels(world), passwords: world.user.passwords }).toEqual(before);
  expect(world.api.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(failure.message).toMatch(/; hint: ./);
  expect(JSON.stringify(failure) + failure.message).not.toContain(FIRST_PASSWORD);
  return failure;
}
