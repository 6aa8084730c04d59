import { setTimeout } from 'node:timers/promises';
import type { Terminal } from '../../cli/terminal.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import type { DatabaseKind } from '../sandbox/database/database.ts';
import { makeSecret, randomPassword, readSecret, rotateSecret } from '../sandbox/setup.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { runClients, type Tally } from './clients.ts';
import { introduce, showEvent, showStep, statusLine } from './output.ts';
import {
  drawTimeline,
  nameOf,
  noteCurrent,
  noteLogins,
  notePasswords,
  startTimeline,
  type Timeline,
} from './timeline.ts';

/** `overlap` in seconds. */
export type Rotations = { overlap: number; database: DatabaseKind | undefined };

export type Summary = {
  rotations: number;
  logins: number;
  /** Logins that the database rejected. */
  refused: number;
  /** Valid passwords at the end. */
  livePasswords: number;
  database: string;
};

export type Pace = {
  /** Before the first rotation. */
  startMs: number;
  /** Between the end of an overlap and the next rotation. */
  restMs: number;
  /** How long clients cache the secret if there is no overlap; otherwise, half the overlap. */
  cacheMs: number;
};

/** Slow enough to follow; a rest has time for a reconcile. */
export const DEFAULT_PACE: Pace = { startMs: 1_500, restMs: 2_000, cacheMs: 3_000 };

const USERNAME = 'orders';
const ROTATIONS = 3;
// If reconcile runs just before finishSecret writes the expiry, the deletion waits this long too.
const FUNCTION_TIMEOUT_SECONDS = 1;
// Enough for the last deletion on a busy machine.
const LAST_DELETION_MS = 15_000;
// On AWS, reconcile runs every hour. Here, seconds stand for hours.
const RECONCILE_EVERY_MS = 500;
const REDRAW_EVERY_MS = 100;

type Stage = {
  world: World;
  arn: string;
  timeline: Timeline;
  terminal: Terminal;
  overlap: number;
  cacheMs: number;
};

/** Rotates three times while clients log in, and prints a line for each event. */
export async function demonstrate(
  options: Rotations,
  terminal: Terminal,
  pace = DEFAULT_PACE,
): Promise<{ summary: Summary; timeline: Timeline }> {
  const { database, overlap } = options;
  await using world = await openWorld({
    database,
    settings: {
      OVERLAP_SECONDS: String(overlap),
      FUNCTION_TIMEOUT_SECONDS: String(FUNCTION_TIMEOUT_SECONDS),
    },
  });
  const timeline = startTimeline();
  const tally: Tally = { logins: 0, rejected: 0, pings: 0 };
  const { user, arn } = await prepare(world, timeline, terminal);
  const cacheMs = overlap === 0 ? pace.cacheMs : overlap * 500;
  introduce(world, options, cacheMs, terminal);
  const redraw = setInterval(() => {
    noteLogins(timeline, tally);
    terminal.status(statusLine(timeline, tally, user, terminal));
  }, REDRAW_EVERY_MS);
  try {
    await runAll({ world, arn, timeline, terminal, overlap, cacheMs }, pace, tally);
  } finally {
    clearInterval(redraw);
    terminal.status('');
  }
  terminal.line();
  for (const line of drawTimeline(timeline)) terminal.line(line);
  noteLogins(timeline, tally);
  const summary = {
    rotations: ROTATIONS,
    logins: tally.logins,
    refused: tally.rejected,
    livePasswords: user.passwords.length,
    database: world.database.kind,
  };
  return { summary, timeline };
}

/** Creates the user and its secret, and records and prints every change of its passwords. */
async function prepare(world: World, timeline: Timeline, terminal: Terminal) {
  const { onPasswords } = world.cluster;
  world.cluster.onPasswords = async (user) => {
    await onPasswords(user);
    for (const { password } of notePasswords(timeline, user)) {
      const effect = `${nameOf(timeline, password)} deleted from the cluster`;
      showEvent(terminal, timeline, 'DELETE', effect);
    }
  };
  const password = randomPassword();
  const user = await addUser(world.cluster, { name: USERNAME, passwords: [password] });
  const endpoint = { host: '127.0.0.1', port: world.database.port };
  const value = { username: USERNAME, password, ...endpoint };
  const arn = await makeSecret(world, 'redis/orders', value, USERNAME);
  noteCurrent(timeline, password);
  return { user, arn };
}

/** Runs the clients and reconcile until the rotations end. */
async function runAll(stage: Stage, pace: Pace, tally: Tally): Promise<void> {
  const { world, arn, cacheMs } = stage;
  const stop = new AbortController();
  const { signal } = stop;
  try {
    const clients = runClients(world, arn, { cacheMs, signal }, tally);
    const rotations = rotateThrice(stage, pace).finally(() => stop.abort());
    await Promise.all([rotations, clients, reconcileOften(world, arn, signal)]);
  } finally {
    stop.abort();
  }
}

async function rotateThrice(
  { world, arn, timeline, terminal, overlap, cacheMs }: Stage,
  { startMs, restMs }: Pace,
): Promise<void> {
  await setTimeout(startMs);
  for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) {
    terminal.line(terminal.paint('bold', `rotation ${rotation} of ${ROTATIONS}`));
    world.driver.onStep = (report) => showStep(report, rotation, overlap, timeline, terminal);
    const { outcome, error } = await rotateSecret(world, arn);
    if (outcome !== 'succeeded') {
      throw new Error(`rotation ${rotation} ${outcome}`, { cause: error });
    }
    noteCurrent(timeline, String((await readSecret(world, arn)).password));
    await setTimeout(Math.max(overlap * 1_000, cacheMs) + restMs);
  }
  await waitForLastDeletion(world);
}

/** Waits until one password is left; if it takes too long, the summary shows it. */
async function waitForLastDeletion({ cluster }: World): Promise<void> {
  const until = performance.now() + LAST_DELETION_MS;
  const user = cluster.users.find(({ name }) => name === USERNAME);
  while (user !== undefined && user.passwords.length > 1 && performance.now() < until) {
    await setTimeout(REDRAW_EVERY_MS);
  }
}

async function reconcileOften(world: World, arn: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await setTimeout(RECONCILE_EVERY_MS);
    await world.invoke({ Step: 'reconcile', SecretId: arn });
  }
}
