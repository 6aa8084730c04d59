import { AFTERWARDS, type Afterwards, countCalls, crash } from './crash.ts';
import { FLOWS, type Flow } from './flows.ts';
import { type Injection, KINDS, type Kind } from './injection.ts';

/** One run of the matrix: what befalls which call of which flow, and what comes afterwards. */
export type Cell = { flow: Flow; afterwards: Afterwards } & Injection;

// Faults that are waited for take seconds and no work: while one is waited for, others run.
const AT_ONCE = 16;
// A timeout is little but waiting.
const TIMEOUTS_AT_ONCE = 160;

/** Every outside call of every flow, as counted, under a fault, with all that may come afterwards. */
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

/** Runs cells, several at once; tells of each whether its call was there, and what was broken. */
export async function runCells(
  some: Cell[],
  onDone: (done: { cell: Cell; isHit: boolean; broken: string[] }) => void,
): Promise<void> {
  const left = [...some];
  const work = async () => {
    for (let cell = left.shift(); cell !== undefined; cell = left.shift()) {
      const { flow, at, kind, afterwards } = cell;
      const { isHit, broken } = await crash(flow, { at, kind }, afterwards);
      const where = `${flow.name}, ${kind} at call ${at}, ${afterwards}`;
      onDone({ cell, isHit, broken: broken.map((what) => `${where}: ${what}`) });
    }
  };
  const isWaiting = some.some(({ kind }) => WAITING.includes(kind));
  const atOnce = isWaiting ? TIMEOUTS_AT_ONCE : AT_ONCE;
  await Promise.all(Array.from({ length: atOnce }, work));
}
