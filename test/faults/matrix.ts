import { AFTERWARDS, type Afterwards, countCalls, crash, type Outcome } from './crash.ts';
import { FLOWS, type Flow } from './flows.ts';
import type { Injection } from './injection.ts';
import { KINDS, type Kind } from './kinds.ts';

/** One run of the matrix: a flow, the fault of one of its calls, and how the flow continues. */
export type Cell = { flow: Flow; afterwards: Afterwards } & Injection;

// The SDK waits for seconds before a retry. Meanwhile, other cells run.
const PARALLEL_MAX = 16;
// A cell with a timeout does little but wait.
const PARALLEL_TIMEOUTS_MAX = 160;

/** Returns a cell for every outside call of every flow, each kind, and each way to continue. */
export async function cellsOf(kinds: readonly Kind[]): Promise<Cell[]> {
  const counted = await Promise.all(
    FLOWS.map(async (flow) => ({ flow, calls: await countCalls(flow) })),
  );
  return counted.flatMap(({ flow, calls }) =>
    Array.from({ length: calls }, (_, index) => index + 1).flatMap((at) =>
      kinds.flatMap((kind) => AFTERWARDS.map((afterwards) => ({ flow, at, kind, afterwards }))),
    ),
  );
}

export const WAITING: readonly Kind[] = ['timeout'];
export const PROMPT: readonly Kind[] = KINDS.filter((kind) => !WAITING.includes(kind));

/** Runs cells in parallel, and reports each outcome. */
export async function runCells(
  cells: readonly Cell[],
  onDone: (done: Outcome & { cell: Cell }) => void,
): Promise<void> {
  // The SDK's retries of a throttled call take longest, up to 24 s: start these cells first.
  const isThrottled = ({ kind }: Cell) => Number(kind === 'throttled');
  const left = cells.toSorted((one, other) => isThrottled(other) - isThrottled(one));
  const work = async () => {
    for (let cell = left.shift(); cell !== undefined; cell = left.shift()) {
      const { flow, at, kind, afterwards } = cell;
      const { isHit, broken } = await crash(flow, { at, kind }, afterwards);
      const where = `${flow.name}, ${kind} at call ${at}, ${afterwards}`;
      onDone({ cell, isHit, broken: broken.map((what) => `${where}: ${what}`) });
    }
  };
  const isWaiting = cells.every(({ kind }) => WAITING.includes(kind));
  const workers = isWaiting ? PARALLEL_TIMEOUTS_MAX : PARALLEL_MAX;
  await Promise.all(Array.from({ length: workers }, work));
}
