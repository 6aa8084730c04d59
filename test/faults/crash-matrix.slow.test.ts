import { beforeAll, expect, test } from 'vitest';
import type { Outcome } from './crash.ts';
import { FLOWS } from './flows.ts';
import type { Kind } from './kinds.ts';
import { type Cell, cellsOf, PROMPT, runCells } from './matrix.ts';
import { seeded } from './random.ts';

// A sample: `npm run faults` runs every cell. With this seed, the SDK retries for the least time.
const SEED = 3;
const TIMEOUT_MS = 120_000;

// A cell with a timeout waits for up to 100 s.
const CELLS = await cellsOf(PROMPT);

const random = seeded(SEED);
const drawOne = (isWanted: (cell: Cell) => boolean): Cell => {
  const wanted = CELLS.filter(isWanted);
  return wanted[Math.floor(random() * wanted.length)] as Cell;
};

// Every seventh pair of a flow and a kind, so that each flow and each kind occurs.
const SPREAD = FLOWS.flatMap((flow) => PROMPT.map((kind) => ({ flow, kind })))
  .filter((_, index) => index % 7 === 0)
  .map(({ flow, kind }) => drawOne((cell) => cell.flow === flow && cell.kind === kind));

// A killed process is the most frequent fault.
const DEADLY: Kind[] = ['killed before it is sent', 'applied, then killed'];
const KILLED = ['rotation, admin', 'rotation, self, overlap 0', 'reconcile'].flatMap((name) =>
  DEADLY.map((kind) => drawOne((cell) => cell.flow.name === name && cell.kind === kind)),
);

const SAMPLE = [...new Set([...SPREAD, ...KILLED])].map((cell) => ({
  ...cell,
  name: cell.flow.name,
}));

const outcomes = new Map<Cell, Outcome>();
beforeAll(
  () => runCells(SAMPLE, ({ cell, ...outcome }) => outcomes.set(cell, outcome)),
  TIMEOUT_MS,
);

test.each(SAMPLE)('$name, $kind at call $at, then $afterwards: every promise holds', (cell) => {
  expect({ seed: SEED, ...outcomes.get(cell) }).toEqual({ seed: SEED, isHit: true, broken: [] });
});

test.each(FLOWS)('$name makes more than 8 outside calls', (flow) => {
  const calls = CELLS.filter((cell) => cell.flow === flow).map(({ at }) => at);
  expect(Math.max(...calls)).toBeGreaterThan(8);
});
