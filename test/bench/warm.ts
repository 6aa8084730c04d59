import { rotate } from '../faults/flows.ts';
import { openScenario, reconcile, type Scenario, stageToken } from '../support/scenario.ts';
import { type Spread, spreadOf } from './spread.ts';
import { roundTrips, trace } from './trace.ts';

/** Warm rotations with a delayed reply; `floorMs` is the delay times the round trips. */
export type Warm = { delayMs: number; rotation: Spread; roundTrips: number; floorMs: number };

const DELAYS_MS = [0, 5, 20];
const RUNS = 9;
// Shorter than the function caches what it has read about a cluster, so that it stays warm.
const OVERLAP_SECONDS = 60;

/** Measures the delays in turn, so that other load on the machine affects all of them equally. */
export async function measureRotations(): Promise<Warm[]> {
  const settings = { OVERLAP_SECONDS: String(OVERLAP_SECONDS) };
  await using world = await openScenario({ database: 'built-in', settings });
  await measureRotation(world);
  await measureRotation(world);
  const found = DELAYS_MS.map((delayMs) => ({ delayMs, ms: [] as number[], trips: 0 }));
  for (let run = 0; run < RUNS; run += 1) {
    for (const one of found) {
      const calls = trace(world, one.delayMs);
      one.ms.push(await measureRotation(world, () => calls.splice(0, calls.length)));
      one.trips = one.delayMs > 0 ? roundTrips(calls) : 0;
    }
  }
  return found.map(({ delayMs, ms, trips }) => {
    return { delayMs, rotation: spreadOf(ms), roundTrips: trips, floorMs: trips * delayMs };
  });
}

/** Deletes expired passwords, then measures the four steps of a rotation in milliseconds. */
async function measureRotation(
  world: Scenario,
  onStart: () => void = () => undefined,
): Promise<number> {
  world.time.advance(OVERLAP_SECONDS + 1);
  await reconcile(world);
  const token = stageToken(world);
  onStart();
  const began = performance.now();
  await rotate({ world, token });
  return performance.now() - began;
}
