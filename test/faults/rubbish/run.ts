import { setTimeout } from 'node:timers/promises';
import { ERROR_CODES, RotationError } from '../../../lambda/errors.ts';
import { leaks } from '../../support/promises/leaks.ts';
import { promisesBroken } from '../../support/promises.ts';
import type { Scenario } from '../../support/scenario.ts';
import { type Ground, type Operation, stateOf } from './ground.ts';
import { CANARY } from './json.ts';

/** One piece of rubbish, and its place. */
export type Feed = {
  /** Identifies the rubbish in a report. */
  shown: unknown;
  operation: Operation;
  /** The rest of the invocation that Lambda reports. */
  remainingMs: number;
  /** Puts the rubbish in its place. Disposal removes it. */
  place: (ground: Ground) => Promise<Disposable | AsyncDisposable>;
  /** Replaces the operation's own event. */
  event?: (ground: Ground) => unknown;
  /** Replaces the world's function. */
  call?: (ground: Ground, event: unknown, context: object) => Promise<unknown>;
  /** Whether messages may contain the rubbish, as for a setting. */
  isPublic?: boolean;
  /** Whether the function may read the rubbish after the operation has changed something. */
  mayFollowChange?: boolean;
};

type Verdict = { isRejected: boolean; broken: string[] };

// More than four logins to a silent database, at 5 s each.
const HANG_MS = 30_000;
// How often the world's clock follows the machine's.
const TICK_MS = 10;

/** Feeds one piece of rubbish to the function, and checks the result. */
export async function runFeed(ground: Ground, feed: Feed): Promise<Verdict> {
  const { world } = ground;
  await ground.restore(feed.operation);
  await using _placed = await feed.place(ground);
  const before = stateOf(world);
  const event = feed.event === undefined ? ground.event(feed.operation) : feed.event(ground);
  const started = world.time.now();
  const context = { getRemainingTimeInMillis: () => feed.remainingMs };
  const { call = (_ground, sent, given) => world.invoke(sent, given) } = feed;
  const ended = await withTime(world, () => call(ground, event, context));
  const isRejected = 'thrown' in ended;
  const isLate = world.time.now() - started > feed.remainingMs;
  const isChanged = stateOf(world) !== before;
  if (!feed.isPublic) world.witness.secrets.add(CANARY);
  const broken = [
    ...(ended === HUNG ? ['it hangs'] : []),
    ...(isLate ? ['it ended after its deadline'] : []),
    ...(isRejected ? checkError(ended.thrown, world, feed) : []),
    ...bugs(world),
    ...(isRejected && isChanged && !feed.mayFollowChange
      ? ['it failed, and changed something']
      : []),
    ...(isChanged ? promisesBroken(world) : echoes(world)),
  ];
  return { isRejected, broken };
}

const HUNG = { result: 'hung' };

/** Runs a call while the world's clock runs. Stops waiting if the call hangs. */
async function withTime(world: Scenario, call: () => Promise<unknown>) {
  let last = Math.floor(performance.now());
  const clock = setInterval(() => {
    const now = Math.floor(performance.now());
    world.time.advance((now - last) / 1_000);
    last = now;
  }, TICK_MS);
  const over = new AbortController();
  try {
    const hung = setTimeout(HANG_MS, HUNG, { signal: over.signal }).catch(() => HUNG);
    const ended = (async () => ({ result: await call() }))().catch((thrown: unknown) => ({
      thrown,
    }));
    return await Promise.race([ended, hung]);
  } finally {
    over.abort();
    clearInterval(clock);
  }
}

/** Checks that the error is a known one, and that the log contains it once. */
function checkError(thrown: unknown, { lines }: Scenario, { call }: Feed): string[] {
  if (!(thrown instanceof RotationError)) return [`it threw ${thrown}`];
  const { code } = thrown;
  const logged = lines
    .map((line) => JSON.parse(line))
    .filter(({ message }) => message === 'failed');
  const isLoggedOnce = logged.length === 1 && logged[0].code === code;
  // Lambda itself logs an error that occurs before the handler exists.
  const isLoggedByLambda = logged.length === 0 && call !== undefined;
  return [
    ...(ERROR_CODES.includes(code) && code !== 'unexpected' ? [] : [`${code}: ${thrown.stack}`]),
    ...(isLoggedOnce || isLoggedByLambda
      ? []
      : [`the log contains ${code} ${logged.length} times`]),
  ];
}

/** Returns bugs that did not end the invocation, but are in its log or its findings. */
function bugs({ lines }: Scenario): string[] {
  return lines
    .filter((line) => /"unexpected"|the function failed with/.test(line))
    .map((line) => `the log reports a bug: ${line}`);
}

function echoes({ witness, lines }: Scenario): string[] {
  return leaks([...witness.texts, ...lines], witness.secrets).map((text) => `it echoes: ${text}`);
}
