import { expect, test } from 'vitest';
import { tryRubbish } from './rubbish.ts';

// Ten runs a kind: what all of them find in minutes, these would find in days.
const RUNS = 70;
// The same sample wherever it runs: all of it takes others.
const SEED = 1;

const rows = await tryRubbish(RUNS, SEED);

test.each(
  rows,
)('rubbish in $kind ends in time with one known error, nothing changed, echoed or kept', (row) => {
  expect(row.broken).toEqual([]);
  expect(row.refused + row.succeeded).toBe(row.runs);
  expect(row.refused).toBeGreaterThan(0);
});
