import type { ClusterUser } from '../sandbox/cluster/users.ts';
import type { Scenario } from '../support/scenario.ts';

export function findAdministrator({ cluster }: Scenario): ClusterUser | undefined {
  return cluster.users.find(({ name }) => name === 'admin');
}

/** Returns a copy of the passwords of the administrator; none if the world has none. */
export function administratorPasswords(world: Scenario): string[] {
  return [...(findAdministrator(world)?.passwords ?? [])];
}
