import type { Scenario, ScenarioOptions } from '../../support/scenario.ts';

/** An attack or an operator's mistake, with what must hold after it. */
export type Case = {
  name: string;
  options: ScenarioOptions;
  run: (world: Scenario) => Promise<void>;
};
