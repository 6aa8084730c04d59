import { updateStage } from '../sandbox/setup.ts';
import { idOf, type Scenario } from '../support/scenario.ts';

/** Moves a label to a version, or removes it, as an operator does. */
export function moveLabel(world: Scenario, label: string, to?: string): Promise<void> {
  return updateStage(world, world.arn, label, { to, from: idOf(world, label) });
}
