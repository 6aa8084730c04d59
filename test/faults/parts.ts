import fc from 'fast-check';
import { serveClients } from './clients.ts';
import { histories } from './history/histories.ts';
import { play } from './history/history.ts';
import { killTimes } from './kills.ts';
import type { Kind } from './kinds.ts';
import { cellsOf, PROMPT, runCells, WAITING } from './matrix.ts';
import type { Line } from './report.ts';
import { tryRubbish } from './rubbish/rubbish.ts';

/** A part that runs in its own process. */
export type Part = {
  name: string;
  run: () => Promise<Line[]>;
  /** Whether it mostly waits, and needs no core. */
  isWaiting?: true;
};

const HISTORIES = 1_000;
const KILLS = 200;
const RUBBISH = 2_000;
const CLIENTS = { clients: 200, rotations: 100, faultRate: 0.01 };
// Arbitrary, and fixed so that a run can be repeated.
const SEED = 8;
// Enough slices to keep every core busy until the end.
const SLICES = 8;

const slices = Array.from({ length: SLICES }, (_, slice) => slice);

export const PARTS: Part[] = [
  { name: 'timeouts', run: () => runMatrix(WAITING, 0, 1), isWaiting: true },
  ...slices.map((slice) => ({
    name: `matrix-${slice}`,
    run: () => runMatrix(PROMPT, slice, SLICES),
  })),
  ...slices.map((slice) => ({ name: `histories-${slice}`, run: () => runHistories(slice) })),
  { name: 'kills', run: killAll },
  { name: 'clients', run: serveAll },
  { name: 'rubbish', run: feedAll },
];

async function runMatrix(kinds: readonly Kind[], slice: number, slices: number): Promise<Line[]> {
  const lines = new Map(
    kinds.map((kind) => [kind, { what: `one call: ${kind}`, runs: 0, broken: [] as string[] }]),
  );
  const mine = (await cellsOf(kinds)).filter((_, index) => index % slices === slice);
  await runCells(mine, ({ cell, isHit, broken }) => {
    const line = lines.get(cell.kind);
    if (line === undefined) return;
    line.runs += Number(isHit);
    line.broken.push(...broken);
  });
  return [...lines.values()];
}

async function runHistories(slice: number): Promise<Line[]> {
  const numRuns = HISTORIES / SLICES;
  const property = fc.asyncProperty(histories, async (history) => {
    const broken = await play(history);
    if (broken.length > 0) throw new Error(broken.join('; '));
  });
  const seed = SEED + slice;
  const checked = await fc.check(property, { numRuns, seed });
  const { failed, counterexample, errorInstance } = checked;
  const where = `run ${checked.numRuns} of seed ${seed}`;
  const broken = failed ? [`${where}: ${errorInstance}: ${JSON.stringify(counterexample)}`] : [];
  return [{ what: 'random histories, call by call', runs: numRuns, broken }];
}

async function killAll(): Promise<Line[]> {
  const killed = await killTimes(KILLS, SEED);
  const { database, kills, rotations, replaceAlls, broken, orphans } = killed;
  const more = `${rotations} rotations, ${replaceAlls} replaceAll, ${database}`;
  return [{ what: 'SIGKILL', runs: kills, more, broken: [...broken, ...orphans] }];
}

async function serveAll(): Promise<Line[]> {
  const served = await serveClients({ ...CLIENTS, seed: SEED });
  const { rotations, logins, refused, faults, broken, orphans } = served;
  const lockedOut = refused === 0 ? [] : [`${refused} of ${logins} logins were rejected`];
  const more = `${CLIENTS.clients} clients, ${rotations} rotations, ${faults} faults`;
  const all = [...lockedOut, ...broken, ...orphans];
  return [{ what: 'logins', runs: logins, more, broken: all }];
}

async function feedAll(): Promise<Line[]> {
  const rows = await tryRubbish(RUBBISH, SEED);
  return rows.map(({ kind, runs, broken }) => ({ what: `rubbish: ${kind}`, runs, broken }));
}

// A process that runs with the name of a part writes its lines.
if (import.meta.main) {
  const part = PARTS.find(({ name }) => name === process.argv[2]);
  if (part === undefined) throw new Error(`unknown part: ${process.argv[2]}`);
  const lines = await part.run();
  // A request that timed out may still wait for its reply: exit without it.
  process.stdout.write(`${JSON.stringify(lines)}\n`, () => process.exit(0));
}
