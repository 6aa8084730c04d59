import { bestMatches } from '../../../lambda/network/endpoint.ts';
import { DEFAULT_USER } from '../../../lambda/secret/user.ts';
import { isLate } from '../cdk/late-text.ts';
import { databaseHostsOf } from '../clusters/cluster-parameters.ts';
import type { ClusterProps } from '../props/cluster-props.ts';
import type { AdoptUserProps } from '../props/user-props.ts';

type Clusters = Record<string, ClusterProps>;

/** Throws if a host is not of one of the user's clusters, or matches several of them equally. */
export function checkHosts(name: string, user: AdoptUserProps, clusters: Clusters): void {
  const named = user.clusters ?? Object.keys(clusters);
  const isDefault = user.username === DEFAULT_USER;
  const isUnknown = named.some(isLate);
  // For a default user, the function looks for the host in all clusters.
  const names = isDefault || isUnknown ? Object.keys(clusters) : [...new Set(named)];
  const searched = names.map((cluster) => {
    return { cluster, databaseHosts: databaseHostsOf(clusters[cluster] ?? { apiEndpoints: [] }) };
  });
  const allowed = searched.flatMap(({ databaseHosts }) => databaseHosts);
  if (allowed.some(isLate)) return;
  for (const { host } of user.endpoints.filter((one) => !isLate(one.host))) {
    const owners = bestMatches(host, searched).map(({ cluster }) => cluster);
    const must = `host of ${name} must be one of its clusters' databaseHosts, got '${host}'`;
    if (owners.length === 0) throw new Error(`${must}; allowed are ${allowed.join(', ')}`);
    if (isUnknown && !isDefault) continue;
    const [owner = '', ...others] = owners;
    if (others.length > 0) {
      const hint = 'hint: give each cluster databaseHosts of its own';
      throw new Error(`${must}, which is of ${owners.join(' and ')}; ${hint}`);
    }
    if (isUnknown || named.includes(owner)) continue;
    throw new Error(`${must}, which is of ${owner}; hint: leave clusters out`);
  }
}
