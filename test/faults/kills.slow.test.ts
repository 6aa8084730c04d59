import { expect, test } from 'vitest';
import { killTimes } from './kills.ts';

// A sample: `npm run faults` kills the process 200 times.
const KILLS = 5;
const SEED = 1;

test('the process may be killed at any instant: every promise holds, nothing is left', async () => {
  const killed = await killTimes(KILLS, SEED);
  expect({ seed: SEED, ...killed }).toMatchObject({ kills: KILLS, broken: [], orphans: [] });
});
