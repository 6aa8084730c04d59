import type { Scenario } from './scenario.ts';

/**
 * Counts the function's outside calls from 1. Call `at` and every later call fail. Call `at` is
 * done before it fails if `isDone`.
 */
export function interruptAt(world: Scenario, at: number, isDone: boolean): { calls: () => number } {
  let calls = 0;
  const count = () => {
    calls += 1;
    if (calls < at) return 'through';
    return calls === at && isDone ? 'done' : 'lost';
  };
  world.aws.fault = () => {
    const outcome = count();
    if (outcome === 'through') return undefined;
    return outcome === 'done' ? 'done, then denied' : 'denied';
  };
  world.api.fault = () => {
    const outcome = count();
    if (outcome === 'through') return undefined;
    return outcome === 'done' ? 'reply lost' : 'request lost';
  };
  return { calls: () => calls };
}

/** Removes the faults. */
export function removeFaults(world: Scenario): void {
  world.aws.fault = undefined;
  world.api.fault = undefined;
}
