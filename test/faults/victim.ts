import type { Scenario } from '../support/scenario.ts';
import { openProcesses, type Run } from './processes.ts';
import type { Random } from './random.ts';

/** A world whose function runs in processes that are killed at random instants. */
export type Victim = AsyncDisposable & {
  world: Scenario;
  kills: number;
  /** None is killed once there were so many. */
  killsMax: number;
  /** Runs an operation until it is done; whoever throws instead of dying says so. */
  untilDone: (operate: (world: Scenario) => Promise<unknown>) => Promise<string[]>;
};

// The first try of every operation is killed, and so is every second one of those that follow.
const KILLED_AGAIN = 1 / 2;
// Far more than ever die in a row.
const TRIES_MAX = 50;

/** `tookMs`: how long each step took when it was last left alone; none is killed before. */
export function openVictim(
  scenario: Scenario,
  random: Random,
  tookMs: Map<string, number>,
): Victim {
  const processes = openProcesses(scenario);
  let isDoomed = false;
  const run = async (event: unknown): Promise<Run> => {
    const step = String(Object(event).Step);
    const ms = tookMs.get(step);
    const killAfterMs = isDoomed && ms !== undefined ? random() * ms : undefined;
    const ended = await processes.run(event, killAfterMs);
    if (!ended.isKilled) tookMs.set(step, ended.ms);
    return ended;
  };
  const invoke = (event: unknown) => scenario.witness.invocation(event, () => run(event));
  const victim: Victim = {
    world: { ...scenario, invoke },
    kills: 0,
    killsMax: 0,
    untilDone: async (operate) => {
      for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
        isDoomed = victim.kills < victim.killsMax && (attempt === 1 || random() < KILLED_AGAIN);
        try {
          const { isKilled } = (await operate(victim.world)) as Run;
          if (!isKilled) return [];
          victim.kills += 1;
        } catch (error) {
          return [`attempt ${attempt} does not go on: ${error}`];
        }
      }
      return [`not done after ${TRIES_MAX} attempts`];
    },
    [Symbol.asyncDispose]: () => processes[Symbol.asyncDispose](),
  };
  return victim;
}
