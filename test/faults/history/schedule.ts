import { FUNCTION_TIMEOUT_SECONDS, type Scenario } from '../../support/scenario.ts';
import { type Environments, openEnvironments } from './environments.ts';
import type { Layout } from './layouts.ts';

/** An invocation that continues only as the schedule lets it. */
export type Run = {
  id: number;
  event: object;
  beganAt: number;
  /** Releases each call that waits. */
  held: (() => void)[];
  /** Resolves when the latest call is through. */
  turn: Promise<void>;
  state: 'running' | 'killed' | 'succeeded' | 'failed';
  ended: Promise<void>;
};

export type Schedule = {
  /** Begins an invocation, up to its first outside call. */
  begin: (event: object) => Promise<Run>;
  /** Lets one outside call through, and waits for the next call or the end of the invocation. */
  step: (run: Run) => Promise<void>;
  /** Loses every further call. The call that waits is applied first if `isApplied`. */
  kill: (run: Run, isApplied: boolean) => Promise<void>;
  runs: Run[];
};

/** The run whose turn it is, and what wakes the schedule when that run waits again. */
type Turn = { run: Run | undefined; wake: () => void; applied: Set<Run> };

const isKilled = ({ state }: Run) => state === 'killed';

/** Controls every outside call of the function in a world, and its sleep. */
export function openSchedule(world: Scenario, layout: Layout): Schedule {
  const runs: Run[] = [];
  const turn: Turn = { run: undefined, wake: () => undefined, applied: new Set() };
  const hold = (run: Run) => holdCall(run, turn);
  const environments = openEnvironments(world, hold);
  holdAws(world, environments, hold);
  holdClusters(layout, turn, hold);
  const begin = async (event: object) => {
    const run = newRun(event, world.time.now());
    await takeTurn(world, turn, run, () => {
      run.ended = environments.invoke(run, () => {
        runs.push(run);
        world.witness.onlyInvocation = run.id;
      });
    });
    return run;
  };
  const step = async (run: Run) => {
    const ranSeconds = (world.time.now() - run.beganAt) / 1_000;
    if (ranSeconds > FUNCTION_TIMEOUT_SECONDS) return kill(run, false);
    if (run.held.length === 0) return;
    await takeTurn(world, turn, run, () => run.held.shift()?.());
  };
  const kill = async (run: Run, isApplied: boolean) => {
    if (run.state !== 'running') return;
    run.state = 'killed';
    if (isApplied) turn.applied.add(run);
    const release = () => {
      for (const letGo of run.held.splice(0)) letGo();
    };
    await takeTurn(world, turn, run, release, { untilEnd: true });
  };
  return { begin, step, kill, runs };
}

function newRun(event: object, beganAt: number): Run {
  const none = Promise.resolve();
  return { id: 0, event, beganAt, held: [], turn: none, state: 'running', ended: none };
}

/** Lets one run continue until it waits again or has ended. */
async function takeTurn(
  { witness }: Scenario,
  turn: Turn,
  run: Run,
  act: () => void,
  { untilEnd = false } = {},
): Promise<void> {
  const waits = new Promise<void>((resolve) => {
    turn.wake = resolve;
  });
  turn.run = run;
  witness.onlyInvocation = run.id;
  act();
  await (untilEnd ? run.ended : Promise.race([waits, run.ended]));
  witness.onlyInvocation = 0;
  turn.run = undefined;
}

/** Holds a call until its turn. Calls that are sent together are let through one by one. */
async function holdCall(run: Run, turn: Turn): Promise<'through' | 'lost' | 'applied'> {
  const before = run.turn;
  const { promise, resolve: leave } = Promise.withResolvers<void>();
  run.turn = promise;
  await before;
  if (!isKilled(run)) {
    await new Promise<void>((release) => {
      run.held.push(release);
      turn.wake();
    });
  }
  // The server applies the call before the next one comes.
  setImmediate(leave);
  if (!isKilled(run)) return 'through';
  return turn.applied.delete(run) ? 'applied' : 'lost';
}

type Hold = (run: Run) => ReturnType<typeof holdCall>;

function holdAws({ aws }: Scenario, environments: Environments, hold: Hold): void {
  aws.fault = async (_action, _input, caller) => {
    const run = environments.runOf(caller);
    if (run === undefined) return undefined;
    const outcome = await hold(run);
    if (outcome === 'lost') return 'denied';
    return outcome === 'applied' ? 'done, then denied' : undefined;
  };
}

/** Holds the calls to clusters. They carry no name of their run: they belong to the current one. */
function holdClusters({ apis, databases, isDown }: Layout, turn: Turn, hold: Hold): void {
  for (const server of [...apis, ...databases]) {
    server.fault = async () => {
      const outcome = turn.run === undefined ? 'through' : await hold(turn.run);
      if (outcome === 'lost') return 'request lost';
      if (outcome === 'applied') return 'reply lost';
      return isDown(server) ? 'request lost' : undefined;
    };
  }
}
