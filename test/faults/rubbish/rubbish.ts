import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { makeCertificates } from './certificates.ts';
import { ENVIRONMENT } from './environment.ts';
import { EVENTS } from './events.ts';
import { type Ground, openGround } from './ground.ts';
import type { Kind } from './kind.ts';
import { PARAMETERS } from './parameters.ts';
import { DEFAULT_USER_REPLIES, REPLIES } from './replies.ts';
import { DEFAULT_USER_RESP, RESP } from './resp.ts';
import { runFeed } from './run.ts';
import { VALUES } from './values.ts';

const KINDS: Kind[] = [
  EVENTS,
  VALUES,
  PARAMETERS,
  ENVIRONMENT,
  REPLIES,
  RESP,
  DEFAULT_USER_REPLIES,
  DEFAULT_USER_RESP,
];

export type Row = {
  kind: string;
  runs: number;
  failed: number;
  succeeded: number;
  broken: string[];
};

// The memory is measured after the first part, when all code is loaded, and at the end.
const PARTS = 10;
// The function has 512 MB. The growth includes the sandbox's 100 snapshots of the secret.
const HEAP_GROWTH_MAX_BYTES = 16 * 2 ** 20;
const SHOWN_MAX_CHARACTERS = 300;

/** Feeds so many pieces of rubbish of all kinds to the function; returns a row for each kind. */
export async function tryRubbish(runs: number, seed: number): Promise<Row[]> {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', note).on('uncaughtException', note);
  const rows: Row[] = [];
  try {
    const kinds = [...KINDS, await makeCertificates()];
    for (const kind of kinds) {
      const row = await tryKind(kind, Math.ceil(runs / kinds.length / PARTS), seed);
      row.broken.push(...unhandled.splice(0).map((error) => `unhandled error: ${error}`));
      rows.push(row);
    }
  } finally {
    process.off('unhandledRejection', note).off('uncaughtException', note);
  }
  return rows;
}

async function tryKind(kind: Kind, runsOfPart: number, seed: number): Promise<Row> {
  await using ground = await openGround(kind.options);
  const row: Row = { kind: kind.name, runs: 0, failed: 0, succeeded: 0, broken: [] };
  let heapBefore = 0;
  for (let part = 0; part < PARTS; part += 1) {
    await tryPart(kind, ground, row, { numRuns: runsOfPart, seed: seed + part });
    if (part === 0) heapBefore = heapUsed();
  }
  const growth = heapUsed() - heapBefore;
  if (growth > HEAP_GROWTH_MAX_BYTES) row.broken.push(`the heap grew by ${growth} bytes`);
  return row;
}

async function tryPart(
  { feeds }: Kind,
  ground: Ground,
  row: Row,
  sampled: { numRuns: number; seed: number },
): Promise<void> {
  for (const [index, feed] of fc.sample(feeds, sampled).entries()) {
    const { isRejected, broken } = await runFeed(ground, feed);
    row.runs += 1;
    if (isRejected) row.failed += 1;
    else row.succeeded += 1;
    const rubbish = JSON.stringify(feed.shown).slice(0, SHOWN_MAX_CHARACTERS);
    const where = `seed ${sampled.seed}, run ${index}, ${feed.operation}, ${rubbish}`;
    row.broken.push(...broken.map((what) => `${what} (${where})`));
  }
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().heapUsed;
}
