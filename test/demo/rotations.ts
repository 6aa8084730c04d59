import { setTimeout } from 'node:timers/promises';
import type { Terminal } from '../../cli/terminal.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import type { DatabaseKind } from '../sandbox/database/database.ts';
import { makeSecret, randomPassword, readSecret, rotateSecret } from '../sandbox/setup.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import { runClients, type Tally } from './clients.ts';
import { introduce, say, showStep, statusLine } from './lines.ts';
import {
  drawTimeline,
  nameOf,
  noteCurrent,
  noteLogins,
  notePasswords,
  startTimeline,
  type Timeline,
} from './timeline.ts';

/** What a demonstration is run with: the overlap in seconds, and which database. */
export type Options = { overlap: number; database: DatabaseKind | undefined };

export type Summary = {
  rotations: number;
  logins: number;
  refused: number;
  livePasswords: number;
  database: string;
};

const USERNAME = 'orders';
const ROTATIONS = 3;
export const OVERLAP_DEFAULT_SECONDS = 6;
const START_MS = 1_500;
// After an overlap has passed: a reconcile, and a moment to see its effect.
const REST_MS = 2_000;
// A reconcile that comes just before finishSecret's expiry gives one that waits for this as well.
const FUNCTION_TIMEOUT_SECONDS = 1;
// A machine that is busy gets a while longer for the last deletion.
const LAST_DELETION_MS = 15_000;
// Seconds stand for hours here: what is every hour in AWS is twice a second.
const RECONCILE_EVERY_MS = 500;
const REDRAW_EVERY_MS = 100;

/** Three rotations under clients, told line by line; what came of them. */
export async function demonstrate(
  options: Options,
  terminal: Terminal,
): Promise<{ summary: Summary; timeline: Timeline }> {
  await using world = await openWorld({
    database: options.database,
    settings: {
      OVERLAP_SECONDS: String(options.overlap),
      FUNCTION_TIMEOUT_SECONDS: String(FUNCTION_TIMEOUT_SECONDS),
    },
  });
  const timeline = startTimeline();
  const tally: Tally = { logins: 0, refused: 0, pings: 0 };
  const { user, arn } = await prepare(world, timeline, terminal);
  const cacheMs = ((options.overlap || OVERLAP_DEFAULT_SECONDS) / 2) * 1_000;
  introduce(world, options, cacheMs, terminal);
  const redraw = setInterval(() => {
    noteLogins(timeline, tally);
    terminal.status(statusLine(timeline, tally, user, terminal));
  }, REDRAW_EVERY_MS);
  const stop = new AbortController();
  const { signal } = stop;
  try {
    const clients = runClients(world, arn, { cacheMs, signal }, tally);
    const schedule = rotateThrice(world, arn, options, timeline, terminal).finally(() =>
      stop.abort(),
    );
    await Promise.all([schedule, clients, reconcileOften(world, arn, signal)]);
  } finally {
    clearInterval(redraw);
    stop.abort();
    terminal.status('');
  }
  terminal.line();
  for (const line of drawTimeline(timeline)) terminal.line(line);
  noteLogins(timeline, tally);
  const summary = {
    rotations: ROTATIONS,
    logins: tally.logins,
    refused: tally.refused,
    livePasswords: user.passwords.length,
    database: world.database.kind,
  };
  return { summary, timeline };
}

/** Makes the user and its secret, and has every change noted and shown as it happens. */
async function prepare(world: World, timeline: Timeline, terminal: Terminal) {
  const { onPasswords } = world.cluster;
  world.cluster.onPasswords = async (user) => {
    await onPasswords(user);
    for (const { password } of notePasswords(timeline, user)) {
      say(terminal, timeline, 'DELETE', `${nameOf(timeline, password)} deleted from the cluster`);
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

async function rotateThrice(
  world: World,
  arn: string,
  { overlap }: Options,
  timeline: Timeline,
  terminal: Terminal,
): Promise<void> {
  await setTimeout(START_MS);
  for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) {
    terminal.line(terminal.paint('bold', `rotation ${rotation} of ${ROTATIONS}`));
    world.driver.onStep = (report) => showStep(report, rotation, overlap, timeline, terminal);
    const { outcome, error } = await rotateSecret(world, arn);
    if (outcome !== 'succeeded')
      throw new Error(`rotation ${rotation} ${outcome}`, { cause: error });
    noteCurrent(timeline, String((await readSecret(world, arn)).password));
    await setTimeout((overlap || OVERLAP_DEFAULT_SECONDS / 2) * 1_000 + REST_MS);
  }
  await waitForOne(world);
}

/** Waits for the last deletion; the summary tells whether it came. */
async function waitForOne({ cluster }: World): Promise<void> {
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
