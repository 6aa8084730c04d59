import { expect, test } from 'vitest';
import { tryRubbish } from './rubbish.ts';

// A sample of ten runs for each kind: `npm run faults` feeds 2,000 in total.
const RUNS = 70;
const SEED = 1;

const rows = await tryRubbish(RUNS, SEED);

test.each(
  rows,
)('rubbish in $kind ends in time with one known error: nothing changed, leaked or kept', (row) => {
  expect({ seed: SEED, broken: row.broken }).toEqual({ seed: SEED, broken: [] });
  expect(row.failed + row.succeeded).toBe(row.runs);
  expect(row.failed).toBeGreaterThan(0);
});
