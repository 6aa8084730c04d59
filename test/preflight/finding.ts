import type { Check } from '../../lambda/preflight/check.ts';
import { putManually, type Scenario, type ScenarioOptions } from '../support/scenario.ts';

type Mistake = (world: Scenario) => unknown;

/** A mistake in a healthy world, and the check of preflight that reports it. */
export type Finding = [
  check: Check['check'],
  status: Check['status'],
  hint: RegExp,
  makeMistake: Mistake,
  options?: ScenarioOptions,
];

const endpointOf = (world: Scenario) => ({ host: '127.0.0.1', port: world.database.port });

/** Puts a value with an endpoint and these fields. */
export function putWithEndpoint(fields: object): Mistake {
  return (world) => putManually(world, { username: 'orders', ...fields, ...endpointOf(world) });
}
