import fc from 'fast-check';
import { expect, test } from 'vitest';
import { histories } from './histories.ts';
import { play } from './history.ts';

const TIMEOUT_MS = 180_000;
// A sample: `npm run faults` plays 1,000 other histories.
const SEED = 20_261_125;
const RUNS = 12;

test(
  `whatever happens to a secret, call by call, every promise holds: seed ${SEED}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        expect(await play(history)).toEqual([]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  },
  TIMEOUT_MS,
);
