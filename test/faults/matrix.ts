import { AFTERWARDS, type Afterwards, crash } from './crash.ts';
import { FLOWS, type Flow } from './flows.ts';
import { type Injection, KINDS } from './injection.ts';

/** One run of the matrix: what befalls which flow, and what comes afterwards. */
export type Cell = { flow: Flow; kind: Injection['kind']; afterwards: Afterwards };

/** What became of a cell, run at every outside call there is. */
export type Row = { cell: Cell; calls: number; broken: string[] };

// Faults that are waited for take seconds and no work: while one is waited for, others run.
const AT_ONCE = 24;

/** Every flow under every fault, with everything that may come afterwards. */
export function cells(): Cell[] {
  return FLOWS.flatMap((flow) =>
    KINDS.flatMap((kind) => AFTERWARDS.map((afterwards) => ({ flow, kind, afterwards }))),
  );
}

/** Runs a cell at the first outside call, the second, and so on, until there is no other. */
async function runCell(cell: Cell): Promise<Row> {
  const { flow, kind, afterwards } = cell;
  const broken: string[] = [];
  for (let at = 1; ; at += 1) {
    const outcome = await crash(flow, { at, kind }, afterwards);
    if (!outcome.isHit) return { cell, calls: at - 1, broken };
    const where = `${flow.name}, ${kind} at call ${at}, ${afterwards}`;
    broken.push(...outcome.broken.map((what) => `${where}: ${what}`));
  }
}

/** Runs cells, several at once. */
export async function runCells(some: Cell[], onRow: (row: Row) => void): Promise<void> {
  const left = [...some];
  const work = async () => {
    for (let cell = left.shift(); cell !== undefined; cell = left.shift()) {
      onRow(await runCell(cell));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
