import { hostSpecificity } from '../../../lambda/network/endpoint.ts';
import { DEFAULT_USER } from '../../../lambda/secret/user.ts';
import { isLate } from '../cdk/late-text.ts';
import { databaseHostsOf } from '../clusters/cluster-parameters.ts';
import type { ClusterProps } from '../props/cluster-props.ts';
import type { AdoptUserProps } from '../props/user-props.ts';

/** The hosts, or suffixes that start with a dot, that secrets may name as a cluster's. */
type Allowed = { cluster: string; hosts: string[] };

/** Throws if a host is not of one of the named clusters, or matches several of them equally. */
export function checkHosts(
  name: string,
  { username, endpoints }: AdoptUserProps,
  clusters: Record<string, ClusterProps>,
  names: readonly string[],
): void {
  // For a default user, the function looks for the host in all clusters.
  const searched = username === DEFAULT_USER ? Object.keys(clusters) : names;
  const allowed = searched.flatMap((cluster): Allowed[] => {
    const props = clusters[cluster];
    return props === undefined ? [] : [{ cluster, hosts: databaseHostsOf(props) }];
  });
  if (allowed.some(({ hosts }) => hosts.some(isLate))) return;
  for (const { host } of endpoints) if (!isLate(host)) checkHost(name, host, allowed);
}

function checkHost(name: string, host: string, allowed: Allowed[]): void {
  const matches = allowed.map(({ cluster, hosts }) => {
    const specificity = Math.max(0, ...hosts.map((entry) => hostSpecificity(host, entry)));
    return { cluster, specificity };
  });
  const best = Math.max(0, ...matches.map(({ specificity }) => specificity));
  const owners = matches.filter(({ specificity }) => specificity === best);
  if (best > 0 && owners.length === 1) return;
  const must = `host of ${name} must be one of its clusters' databaseHosts, got '${host}'`;
  if (best === 0) {
    const all = allowed.flatMap(({ hosts }) => hosts).join(', ');
    throw new Error(`${must}; allowed are ${all}`);
  }
  const several = owners.map(({ cluster }) => cluster).join(' and ');
  const hint = 'hint: give each cluster databaseHosts of its own';
  throw new Error(`${must}, which is of ${several}; ${hint}`);
}
