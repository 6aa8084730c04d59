import type { Scenario } from './scenario.ts';

/** Calls outside of the function count from 1; the one cut and all that follow it do not return. */
export function cut(world: Scenario, at: number, isDone: boolean): { calls: () => number } {
  let calls = 0;
  const count = () => {
    calls += 1;
    if (calls < at) return 'through';
    return calls === at && isDone ? 'done' : 'lost';
  };
  world.aws.fault = () => {
    const outcome = count();
    if (outcome === 'through') return undefined;
    return outcome === 'done' ? 'done, then refused' : 'refused';
  };
  world.api.fault = () => {
    const outcome = count();
    if (outcome === 'through') return undefined;
    return outcome === 'done' ? 'reply lost' : 'request lost';
  };
  return { calls: () => calls };
}

/** Lets every call through again. */
export function mend(world: Scenario): void {
  world.aws.fault = undefined;
  world.api.fault = undefined;
}
