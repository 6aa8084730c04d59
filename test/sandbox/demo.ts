import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addUser } from './cluster.ts';
import type { ClusterUser } from './cluster-users.ts';
import type { DatabaseKind } from './database.ts';
import { showAbandoned } from './demo-abandoned.ts';
import { showActiveActive } from './demo-active-active.ts';
import { runClients, type Tally } from './demo-clients.ts';
import { showLeak } from './demo-leak.ts';
import { showPreflight } from './demo-preflight.ts';
import {
  drawTimeline,
  nameOf,
  noteCurrent,
  notePasswords,
  startTimeline,
  type Timeline,
} from './demo-timeline.ts';
import type { StepReport } from './rotation-driver.ts';
import { makeSecret, randomPassword, readSecret, rotateSecret } from './setup.ts';
import { NO_TERMINAL, openTerminal, type Terminal } from './terminal.ts';
import { openWorld, type World } from './world.ts';

const SCENARIOS = {
  leak: showLeak,
  abandoned: showAbandoned,
  'active-active': showActiveActive,
  preflight: showPreflight,
};

type Options = {
  overlap: number;
  json: boolean;
  database: DatabaseKind | undefined;
  scenario: keyof typeof SCENARIOS | undefined;
};

type Summary = {
  rotations: number;
  logins: number;
  refused: number;
  livePasswords: number;
  database: string;
};

const USERNAME = 'orders';
const ROTATIONS = 3;
const OVERLAP_DEFAULT_SECONDS = 6;
// Three rotations with an overlap each are to end within 40 seconds.
const OVERLAP_MAX_SECONDS = 8;
const START_MS = 1_500;
// After an overlap has passed: a reconcile, and a moment to see its effect.
const REST_MS = 2_000;
// A machine that is busy gets a while longer for the last deletion.
const LAST_DELETION_MS = 15_000;
// Seconds stand for hours here: what is every hour in AWS is twice a second.
const RECONCILE_EVERY_MS = 500;
const REDRAW_EVERY_MS = 100;

async function demonstrate(options: Options, terminal: Terminal): Promise<Summary> {
  await using world = await openWorld({
    database: options.database,
    settings: { OVERLAP_SECONDS: String(options.overlap) },
  });
  const timeline = startTimeline();
  const tally: Tally = { logins: 0, refused: 0, pings: 0 };
  const { user, arn } = await prepare(world, timeline, terminal);
  const cacheMs = ((options.overlap || OVERLAP_DEFAULT_SECONDS) / 2) * 1_000;
  introduce(world, options, cacheMs, terminal);
  const status = () => terminal.status(statusLine(timeline, tally, user, terminal));
  const redraw = setInterval(status, REDRAW_EVERY_MS);
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
  return {
    rotations: ROTATIONS,
    logins: tally.logins,
    refused: tally.refused,
    livePasswords: user.passwords.length,
    database: world.database.kind,
  };
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

function introduce(world: World, { overlap }: Options, cacheMs: number, terminal: Terminal): void {
  const cache = cacheMs / 1_000;
  terminal.line(terminal.paint('bold', 'Rotating the password of a Redis Enterprise user'));
  terminal.line(`database  ${world.database.kind}, over TLS`);
  terminal.line(
    `overlap   ${overlap} s for which a replaced password works; seconds stand for hours`,
  );
  terminal.line(
    `clients   8 that open new connections, each with its secret cached up to ${cache} s,`,
  );
  terminal.line('          and 1 whose connection stays open');
  terminal.line();
}

function showStep(
  { Step, ms, error }: StepReport,
  rotation: number,
  overlap: number,
  timeline: Timeline,
  terminal: Terminal,
): void {
  const [before, after] = [`password ${rotation}`, `password ${rotation + 1}`];
  const effects = {
    createSecret: `${after} written as AWSPENDING, not added yet`,
    setSecret: `${after} added to the cluster, ${before} works too`,
    testSecret: `${after} proved by a login to the database`,
    finishSecret:
      overlap === 0
        ? `${after} is AWSCURRENT`
        : `${after} is AWSCURRENT, ${before} works ${overlap} s more`,
  };
  const effect = error === undefined ? effects[Step] : terminal.paint('red', error.message);
  say(terminal, timeline, Step, `${effect} ${terminal.paint('dim', `${ms.toFixed(0)} ms`)}`);
}

function say(terminal: Terminal, timeline: Timeline, what: string, effect: string): void {
  const at = `${timeline.seconds().toFixed(1).padStart(5)} s`;
  terminal.line(`${terminal.paint('dim', at)}  ${what.padEnd(13)}${effect}`);
}

function statusLine(
  timeline: Timeline,
  { logins, refused, pings }: Tally,
  { passwords }: ClusterUser,
  { paint }: Terminal,
): string {
  const at = `${timeline.seconds().toFixed(1).padStart(5)} s`;
  const bad = paint(refused === 0 ? 'green' : 'red', `refused ${refused}`);
  const live = `live passwords ${passwords.length}`;
  return `${paint('dim', at)}  logins ${logins}  ${bad}  ${live}  pings on the open one ${pings}`;
}

function showSummary(summary: Summary, { overlap }: Options, terminal: Terminal): void {
  const { rotations, logins, refused, livePasswords } = summary;
  terminal.line();
  terminal.line(
    `rotations: ${rotations}, logins: ${logins}, refused: ${refused}, live passwords: ${livePasswords}`,
  );
  if (refused === 0) return;
  terminal.line();
  terminal.line(`${refused} logins were refused: clients still held a password that was deleted.`);
  if (overlap > 0) return;
  terminal.line(
    'Without overlap it is deleted in the rotation itself. An overlap of twice the time',
  );
  terminal.line(
    'for which clients cache the secret refuses nobody: run npm start without --overlap.',
  );
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      overlap: { type: 'string', default: String(OVERLAP_DEFAULT_SECONDS) },
      json: { type: 'boolean', default: false },
      database: { type: 'string' },
      scenario: { type: 'string' },
    },
  });
  const overlap = /^\d{1,2}$/.test(values.overlap) ? Number(values.overlap) : Number.NaN;
  if (!(overlap <= OVERLAP_MAX_SECONDS)) {
    throw new Error(
      `--overlap is ${values.overlap}, allowed is 0 to ${OVERLAP_MAX_SECONDS} seconds`,
    );
  }
  const { database, json } = values;
  const names = Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[];
  const scenario = names.find((name) => name === values.scenario);
  if (scenario === undefined && values.scenario !== undefined) {
    throw new Error(`--scenario is ${values.scenario}, allowed are ${names.join(', ')}`);
  }
  if (database === undefined || database === 'redis-server' || database === 'built-in') {
    return { overlap, json, database, scenario };
  }
  throw new Error(`--database is ${database}, allowed are redis-server and built-in`);
}

async function main(): Promise<void> {
  const options = readOptions();
  const terminal = options.json ? NO_TERMINAL : openTerminal(process.stdout);
  if (options.scenario !== undefined) {
    const isKept = await SCENARIOS[options.scenario](options.database, terminal);
    if (options.json) process.stdout.write(`${JSON.stringify({ [options.scenario]: isKept })}\n`);
    process.exitCode = isKept ? 0 : 1;
    return;
  }
  const summary = await demonstrate(options, terminal);
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else showSummary(summary, options, terminal);
  process.exitCode = summary.refused === 0 && summary.livePasswords === 1 ? 0 : 1;
}

const USAGE =
  'usage: npm start -- [--overlap SECONDS] [--database redis-server|built-in] [--json]\n' +
  `       npm start -- --scenario ${Object.keys(SCENARIOS).join('|')} [--database …] [--json]`;

await main().catch((error: unknown) => {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
  process.stderr.write(`${why}\n${USAGE}\n`);
  process.exitCode = 2;
});
