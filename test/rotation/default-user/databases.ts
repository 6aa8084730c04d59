import { TagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { USER_TAG } from '../../../lambda/names.ts';
import type { ClusterDatabase } from '../../sandbox/cluster/databases.ts';
import { STEPS } from '../../sandbox/rotation-driver.ts';
import {
  OVERLAP_SECONDS,
  openScenario,
  type Scenario,
  stageToken,
} from '../../support/scenario.ts';
import { callSteps } from '../steps.ts';

/** Changes the user tag of the secret, as an operator does. */
export async function tagSecret({ secretsManager, arn }: Scenario, Value: string): Promise<void> {
  const Tags = [{ Key: USER_TAG, Value }];
  await secretsManager.send(new TagResourceCommand({ SecretId: arn, Tags }));
}

/** Returns the requests that may have changed a password. */
export function changesOf({ api }: Scenario): string[] {
  const changes = api.calls.filter(({ method }) => method !== 'GET');
  return changes.map(({ method, path }) => `${method} ${path}`);
}

/** Makes a change of the scenario's cluster or secret that opens no other server. */
export const change = (act: (world: Scenario) => unknown) => async (world: Scenario) => {
  await act(world);
  return undefined;
};

/** Returns the options of the database of a scenario. */
export function optionsOf({ cluster }: Scenario): ClusterDatabase['options'] {
  const [database] = cluster.databases;
  if (database === undefined) throw new Error('the cluster has no database');
  return database.options;
}

/** Rotates, and lets the overlap of the first password pass. */
export async function openExpired(): Promise<Scenario> {
  const world = await openScenario({ isDefaultUser: true, ssl: false });
  await callSteps(world, stageToken(world), STEPS);
  world.time.advance(OVERLAP_SECONDS + 1);
  return world;
}

/** Returns the last line of each invocation. */
export const resultsOf = ({ lines }: Scenario) =>
  lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ message }) => message === 'done' || message === 'failed');

/** Drops the observations: this cluster deletes passwords that the function did not name. */
export function excuseCluster({ witness }: Scenario): void {
  witness.observations.length = 0;
}

/** Lets the cluster set another password after each DELETE, as no real cluster should. */
export function replaceAfterDeletions({ cluster }: Scenario): void {
  const { onChange } = cluster;
  cluster.onChange = (change) => {
    onChange(change);
    if (change.method === 'DELETE') change.user.passwords = ['another-password-1'];
  };
}

export const deletionsOf = (world: Scenario) =>
  changesOf(world).filter((one) => one.startsWith('DELETE')).length;
