import { TagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { USER_TAG } from '../../../lambda/names.ts';
import type { ClusterDatabase } from '../../sandbox/cluster/databases.ts';
import type { Scenario } from '../../support/scenario.ts';

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
