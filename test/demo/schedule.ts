import { setTimeout } from 'node:timers/promises';
import type { Terminal } from '../../cli/terminal.ts';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import { readSecret, rotateSecret } from '../sandbox/setup.ts';
import type { World } from '../sandbox/world.ts';
import { runClients, type Tally } from './clients.ts';
import { showStep } from './output.ts';
import { noteCurrent, type Timeline } from './timeline.ts';

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

export const USERNAME = 'orders';
export const ROTATIONS = 3;
// Enough for the last deletion on a busy machine.
const LAST_DELETION_MS = 15_000;
const POLL_MS = 100;
// On AWS, reconcile runs every hour. Here, seconds stand for hours.
const RECONCILE_EVERY_MS = 500;

export type Stage = {
  world: World;
  arn: string;
  user: ClusterUser;
  timeline: Timeline;
  terminal: Terminal;
  overlap: number;
  cacheMs: number;
};

/** Runs the clients and reconcile until the rotations end. */
export async function runSchedule(stage: Stage, pace: Pace, tally: Tally): Promise<void> {
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
  { world, arn, user, timeline, terminal, overlap, cacheMs }: Stage,
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
  await waitForLastDeletion(user);
}

/** Waits until one password is left; if it takes too long, the summary shows it. */
async function waitForLastDeletion(user: ClusterUser): Promise<void> {
  const until = performance.now() + LAST_DELETION_MS;
  while (user.passwords.length > 1 && performance.now() < until) {
    await setTimeout(POLL_MS);
  }
}

async function reconcileOften(world: World, arn: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await setTimeout(RECONCILE_EVERY_MS);
    await world.invoke({ Step: 'reconcile', SecretId: arn });
  }
}
