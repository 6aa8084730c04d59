import { expect, test } from 'vitest';
import { killTimes } from './kills.ts';

// A sample; all of it takes minutes.
const KILLS = 5;
const SEED = 1;

test('the real process may be killed at any instant: no promise is broken, nothing is left', async () => {
  const killed = await killTimes(KILLS, SEED);
  expect(killed).toMatchObject({ kills: KILLS, broken: [], orphans: [] });
});
