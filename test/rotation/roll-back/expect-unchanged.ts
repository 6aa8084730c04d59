import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { rollBack } from '../../support/roll-back.ts';
import { putManually, type Scenario } from '../../support/scenario.ts';
import { stateOf } from './rotated.ts';

export type Failure = { code: string; message: string };

/** Expects a rollBack to fail with a hint, before any change. */
export async function expectUnchanged(world: Scenario, versionId?: string): Promise<Failure> {
  const before = stateOf(world);
  const failure: Failure = await rollBack(world, versionId).then(
    () => expect.unreachable('rollBack did not fail'),
    (error: Failure) => error,
  );
  expect(stateOf(world)).toEqual(before);
  expect(failure.message).toMatch(/; hint: ./);
  return failure;
}

/** Adds a version that has LIVE, and returns its id. */
export async function putLive(world: Scenario, value: object): Promise<string> {
  const ClientRequestToken = randomUUID();
  const VersionStages = [`LIVE-${ClientRequestToken}`];
  await putManually(world, value, { ClientRequestToken, VersionStages });
  return ClientRequestToken;
}
