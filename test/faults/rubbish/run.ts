import { setTimeout } from 'node:timers/promises';
import { ERROR_CODES, RotationError } from '../../../lambda/errors.ts';
import { leaks } from '../../support/promises.ts';
import { promisesBroken, type Scenario } from '../../support/scenario.ts';
import { type Ground, type Operation, standOf } from './ground.ts';
import { CANARY } from './json.ts';

/** One piece of rubbish, and where it is put. */
export type Feed = {
  /** What to say of it in a report. */
  shown: unknown;
  operation: Operation;
  /** What Lambda says is left of the invocation. */
  remainingMs: number;
  /** Puts the rubbish in its place, and gives what takes it away again. */
  place: (ground: Ground) => Promise<Disposable | AsyncDisposable>;
  /** Instead of the operation's own event. */
  event?: (ground: Ground) => unknown;
  /** Instead of calling the world's function. */
  call?: (ground: Ground, event: unknown, context: object) => Promise<unknown>;
  /** Whether the rubbish itself may be echoed, as a setting is. */
  isPublic?: boolean;
  /** Whether it may come after a change that the operation is there to make. */
  mayFollowChange?: boolean;
};

export type Verdict = { isRefused: boolean; broken: string[] };

// More than four logins to a silent database take, at five seconds each.
const HANG_MS = 30_000;
// As often as the clock of the world follows that of the machine.
const TICK_MS = 10;

/** Feeds one piece of rubbish to the function and looks at what came of it. */
export async function runFeed(ground: Ground, feed: Feed): Promise<Verdict> {
  const { world } = ground;
  await ground.restore(feed.operation);
  await using _placed = await feed.place(ground);
  const before = standOf(world);
  const event = feed.event === undefined ? ground.event(feed.operation) : feed.event(ground);
  const started = world.time.now();
  const context = { getRemainingTimeInMillis: () => feed.remainingMs };
  const { call = (_ground, sent, given) => world.invoke(sent, given) } = feed;
  const ended = await withTime(world, () => call(ground, event, context));
  const isRefused = 'thrown' in ended;
  const isLate = world.time.now() - started > feed.remainingMs;
  const isChanged = standOf(world) !== before;
  if (!feed.isPublic) world.witness.secrets.add(CANARY);
  const broken = [
    ...(ended === HUNG ? ['it hangs'] : []),
    ...(isLate ? ['it ended after its deadline'] : []),
    ...(isRefused ? judgeError(ended.thrown, world, feed) : []),
    ...bugs(world),
    ...(isRefused && isChanged && !feed.mayFollowChange ? ['it was refused, and changed'] : []),
    ...(isChanged ? promisesBroken(world) : echoes(world)),
  ];
  return { isRefused, broken };
}

const HUNG = { result: 'hung' };

/** Runs a call while the world's clock runs too; it is given up where it hangs. */
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

/** Exactly one error of the closed list, which the log tells of once. */
function judgeError(thrown: unknown, { lines }: Scenario, { call }: Feed): string[] {
  if (!(thrown instanceof RotationError)) return [`it threw ${thrown}`];
  const { code } = thrown;
  const told = lines.map((line) => JSON.parse(line)).filter(({ message }) => message === 'failed');
  const isTold = told.length === 1 && told[0].code === code;
  // What fails before there is a handler is told by Lambda alone.
  const isSilent = told.length === 0 && call !== undefined;
  return [
    ...(ERROR_CODES.includes(code) && code !== 'unexpected' ? [] : [`${code}: ${thrown.stack}`]),
    ...(isTold || isSilent ? [] : [`the log told of ${code} ${told.length} times`]),
  ];
}

/** Bugs that did not end the invocation, but are told in its log or among its findings. */
function bugs({ lines }: Scenario): string[] {
  return lines
    .filter((line) => /"unexpected"|the function failed with/.test(line))
    .map((line) => `a bug is told of: ${line}`);
}

function echoes({ witness, lines }: Scenario): string[] {
  return leaks([...witness.texts, ...lines], witness.secrets).map((text) => `it echoes: ${text}`);
}
