import { FUNCTION_TIMEOUT_SECONDS, type Scenario } from '../support/scenario.ts';
import { openEnvironments } from './environments.ts';
import type { Layout } from './layouts.ts';

/** An invocation that goes on only as the schedule lets it. */
export type Run = {
  id: number;
  event: object;
  beganAt: number;
  /** What it waits for: a call of its that has not been let through. */
  held: (() => void)[];
  /** Ends when the last call that came is through. */
  turn: Promise<void>;
  state: 'running' | 'killed' | 'succeeded' | 'failed';
  ended: Promise<void>;
};

export type Schedule = {
  /** Begins an invocation, up to its first outside call. */
  begin: (event: object) => Promise<Run>;
  /** Lets one outside call through, and waits until the invocation waits again, or has ended. */
  step: (run: Run) => Promise<void>;
  /** None of its calls comes through any more; the one that waits may have been applied. */
  kill: (run: Run, isApplied: boolean) => Promise<void>;
  runs: Run[];
};

const isKilled = ({ state }: Run) => state === 'killed';

/** Takes over every outside call of the function in a world, and its sleep. */
export function openSchedule(world: Scenario, { apis, databases, isDown }: Layout): Schedule {
  const { witness, aws } = world;
  const runs: Run[] = [];
  let current: Run | undefined;
  let wake: (() => void) | undefined;
  const hold = async (run: Run): Promise<'through' | 'lost' | 'applied'> => {
    // Calls that go out together are let through one by one, in the order of their coming.
    const before = run.turn;
    let leave = () => {};
    run.turn = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    if (!isKilled(run)) {
      await new Promise<void>((release) => {
        run.held.push(release);
        wake?.();
      });
    }
    // By then the server has done it.
    setImmediate(leave);
    return isKilled(run) ? killed(run) : 'through';
  };
  const environments = openEnvironments(world, hold);
  const applied = new Set<Run>();
  const killed = (run: Run) => (applied.delete(run) ? 'applied' : 'lost');
  aws.fault = async (_action, _input, caller) => {
    const run = environments.runOf(caller);
    if (run === undefined) return undefined;
    const outcome = await hold(run);
    if (outcome === 'lost') return 'refused';
    return outcome === 'applied' ? 'done, then refused' : undefined;
  };
  // One invocation runs at a time, so that what comes is its own.
  const faultOfCluster = async () => {
    if (current === undefined) return undefined;
    const outcome = await hold(current);
    if (outcome === 'lost') return 'request lost' as const;
    return outcome === 'applied' ? ('reply lost' as const) : undefined;
  };
  for (const api of apis) {
    api.fault = async () => (await faultOfCluster()) ?? (isDown(api) ? 'request lost' : undefined);
  }
  for (const database of databases) {
    database.fault = async () =>
      (await faultOfCluster()) ?? (isDown(database) ? 'request lost' : undefined);
  }
  const goOn = async (run: Run, act: () => void) => {
    const waits = new Promise<void>((resolve) => {
      wake = resolve;
    });
    current = run;
    witness.only = run.id;
    act();
    await Promise.race([waits, run.ended]);
    witness.only = 0;
    current = undefined;
  };
  const begin = async (event: object) => {
    const beganAt = world.time.now();
    const run: Run = {
      id: 0,
      event,
      beganAt,
      held: [],
      turn: Promise.resolve(),
      state: 'running',
      ended: Promise.resolve(),
    };
    await goOn(run, () => {
      run.ended = environments.invoke(run, () => {
        runs.push(run);
        witness.only = run.id;
      });
    });
    return run;
  };
  const step = async (run: Run) => {
    // AWS Lambda ends what has run for too long.
    const isOver = world.time.now() - run.beganAt > FUNCTION_TIMEOUT_SECONDS * 1_000;
    if (isOver) await kill(run, false);
    else if (run.held.length > 0) await goOn(run, () => run.held.shift()?.());
  };
  const kill = async (run: Run, isApplied: boolean) => {
    if (run.state !== 'running') return;
    run.state = 'killed';
    if (isApplied) applied.add(run);
    current = run;
    witness.only = run.id;
    for (const release of run.held.splice(0)) release();
    await run.ended;
    witness.only = 0;
    current = undefined;
  };
  return { begin, step, kill, runs };
}
