import fc from 'fast-check';
import { expect, test } from 'vitest';
import { histories } from './faults/histories.ts';
import { play } from './faults/history.ts';

const TIMEOUT_MS = 180_000;

test(
  'whatever happens to a secret, call by call, every promise holds',
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        expect(await play(history)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  },
  TIMEOUT_MS,
);
