import { rotate } from '../faults/flows.ts';
import { STEPS } from '../sandbox/rotation-driver.ts';
import { callStep, openScenario, reconcile, stageToken } from '../support/scenario.ts';
import { type Call, roundTrips, trace } from './trace.ts';

/** The calls of a step. */
export type StepCalls = { step: string; calls: Call[]; roundTrips: number };

// Long enough that concurrent calls overlap.
const DELAY_MS = 20;
// Shorter than the function caches what it has read about a cluster.
const OVERLAP_SECONDS = 60;

/** Counts the calls of a rotation in a warm environment, after the last overlap has passed. */
export async function countCalls(login: 'self' | 'admin'): Promise<StepCalls[]> {
  const settings = { OVERLAP_SECONDS: String(OVERLAP_SECONDS) };
  await using world = await openScenario({ login, database: 'built-in', ssl: false, settings });
  for (let rotation = 0; rotation < 2; rotation += 1) {
    await rotate({ world, token: stageToken(world) });
    world.time.advance(OVERLAP_SECONDS + 1);
    await reconcile(world);
  }
  const calls = trace(world, DELAY_MS);
  const token = stageToken(world);
  const counted: StepCalls[] = [];
  for (const step of STEPS) {
    await callStep(world, step, token);
    const made = calls.splice(0);
    counted.push({ step, calls: made, roundTrips: roundTrips(made) });
  }
  return counted;
}
