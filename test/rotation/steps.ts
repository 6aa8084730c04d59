import { STEPS } from '../sandbox/rotation-driver.ts';
import { callStep, type Scenario } from '../support/scenario.ts';

export type Step = (typeof STEPS)[number];

export const stepsBefore = (step: Step) => STEPS.slice(0, STEPS.indexOf(step));
export const stepsFrom = (step: Step) => STEPS.slice(STEPS.indexOf(step));

/** Calls steps of one rotation, one after the other. */
export async function callSteps(
  world: Scenario,
  token: string,
  steps: readonly Step[] = STEPS,
): Promise<void> {
  for (const step of steps) await callStep(world, step, token);
}
