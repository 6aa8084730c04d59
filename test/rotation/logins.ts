import type { ClusterUser } from '../sandbox/cluster/users.ts';
import type { Scenario } from '../support/scenario.ts';

export const LOGINS = ['self', 'admin'] as const;

/** Returns the API requests whose login was rejected. */
export const rejectedLogins = ({ api }: Pick<Scenario, 'api'>) =>
  api.calls.filter(({ status }) => status === 401);

/** Returns the administrator that the function logs in as; undefined in self mode. */
export function findAdministrator({ cluster }: Scenario): ClusterUser | undefined {
  return cluster.users.find(({ role }) => role === 'admin');
}
