import type { Terminal } from '../../cli/terminal.ts';
import { addUser } from '../sandbox/cluster/cluster.ts';
import { setDefaultUser } from '../sandbox/cluster/databases.ts';
import type { ClusterUser } from '../sandbox/cluster/users.ts';
import type { DatabaseKind } from '../sandbox/database/database.ts';
import { makeSecret, randomPassword } from '../sandbox/setup.ts';
import { openWorld, type World } from '../sandbox/world.ts';
import type { Tally } from './clients.ts';
import { introduce, showEvent, statusLine } from './output.ts';
import { DEFAULT_PACE, ROTATIONS, runSchedule, USERNAME } from './schedule.ts';
import {
  drawTimeline,
  nameOf,
  noteCurrent,
  noteLogins,
  notePasswords,
  startTimeline,
  type Timeline,
} from './timeline.ts';

export type Rotations = {
  /** In seconds. */
  overlap: number;
  database: DatabaseKind | undefined;
  /** Whether the user is the default user of the database; default false. */
  isDefaultUser?: boolean;
};

export type Summary = {
  rotations: number;
  logins: number;
  /** Logins that the database rejected. */
  rejected: number;
  /** Valid passwords at the end. */
  validPasswords: number;
  database: string;
};

// If reconcile runs just before finishSecret writes the expiry, the deletion waits this long too.
const FUNCTION_TIMEOUT_SECONDS = 1;
const REDRAW_EVERY_MS = 100;

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
  const { user, arn } = await prepare(world, options, timeline, terminal);
  const cacheMs = overlap === 0 ? pace.cacheMs : overlap * 500;
  introduce(world, options, cacheMs, terminal);
  const redraw = setInterval(() => {
    noteLogins(timeline, tally);
    terminal.status(statusLine(timeline, tally, user, terminal));
  }, REDRAW_EVERY_MS);
  try {
    await runSchedule({ world, arn, user, timeline, terminal, overlap, cacheMs }, pace, tally);
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
    rejected: tally.rejected,
    validPasswords: user.passwords.length,
    database: world.database.kind,
  };
  return { summary, timeline };
}

/** Creates the user and its secret, and records and prints every change of its passwords. */
async function prepare(
  world: World,
  { isDefaultUser = false }: Rotations,
  timeline: Timeline,
  terminal: Terminal,
) {
  const { onPasswords } = world.cluster;
  world.cluster.onPasswords = async (user) => {
    await onPasswords(user);
    for (const { password } of notePasswords(timeline, user)) {
      const effect = `${nameOf(timeline, password)} deleted from the cluster`;
      showEvent(terminal, timeline, 'DELETE', effect);
    }
  };
  const password = randomPassword();
  const user = await addUserOf(world, isDefaultUser, password);
  const { port } = world.database;
  const value = { username: user.name, password, host: '127.0.0.1', port };
  const tag = isDefaultUser ? `${user.name}@127.0.0.1:${port}` : user.name;
  const arn = await makeSecret(world, 'redis/orders', value, tag);
  noteCurrent(timeline, password);
  return { user, arn };
}

function addUserOf(
  { cluster }: World,
  isDefaultUser: boolean,
  password: string,
): Promise<ClusterUser> {
  const [database] = cluster.databases;
  const passwords = [password];
  if (isDefaultUser && database !== undefined) return setDefaultUser(database, passwords);
  return addUser(cluster, { name: USERNAME, passwords });
}
