import type { Scenario } from '../support/scenario.ts';
import { openProcesses, type Run } from './processes.ts';
import type { Random } from './random.ts';

/** A world whose function runs in processes that are killed at random instants. */
export type Victim = AsyncDisposable & {
  world: Scenario;
  kills: number;
  /** After so many kills, no process is killed any more. */
  killsMax: number;
  /** Retries an operation after each kill; returns why it failed, if not by a kill. */
  untilDone: (operate: (world: Scenario) => Promise<unknown>) => Promise<string[]>;
};

// The share of retries that are killed. The first attempt of every operation is killed.
const KILLED_AGAIN = 1 / 2;
// Far more than the longest row of kills.
const ATTEMPTS_MAX = 50;

/**
 * Opens a world whose processes are killed. `tookMs` is the time that each step took in its last
 * complete run: a step is killed only after it has one.
 */
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
      for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
        isDoomed = victim.kills < victim.killsMax && (attempt === 1 || random() < KILLED_AGAIN);
        try {
          const { isKilled } = (await operate(victim.world)) as Run;
          if (!isKilled) return [];
          victim.kills += 1;
        } catch (error) {
          return [`attempt ${attempt} failed: ${error}`];
        }
      }
      return [`not done after ${ATTEMPTS_MAX} attempts`];
    },
    [Symbol.asyncDispose]: () => processes[Symbol.asyncDispose](),
  };
  return victim;
}
