import { RotationError } from '../errors.ts';
import { CLUSTER_NAME } from '../secret/value-rules.ts';

/** The parameters under CLUSTERS_PATH. */
export type ClusterParameters = {
  /** By cluster name and parameter name. A cluster that only the list names has no parameters. */
  clusters: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The clusters that must exist; undefined if no parameter lists them. */
  listed: readonly string[] | undefined;
  /** The names below CLUSTERS_PATH of the parameters that are a SecureString. */
  secureStrings: ReadonlySet<string>;
};

/**
 * Groups parameters by cluster. The keys of `values` are names below CLUSTERS_PATH:
 * `eu/server-name` belongs to the cluster `eu`, and `clusters` lists the clusters that must exist.
 * @throws `cluster_parameter_invalid` if the list is invalid.
 */
export function groupByCluster(
  values: ReadonlyMap<string, string>,
  secureStrings: ReadonlySet<string> = new Set(),
): ClusterParameters {
  const clusters = new Map<string, Map<string, string>>();
  for (const [path, value] of values) {
    const [cluster = '', parameter, ...deeper] = path.split('/');
    if (parameter === undefined || deeper.length > 0) continue;
    clusters.set(cluster, (clusters.get(cluster) ?? new Map()).set(parameter, value));
  }
  const list = values.get('clusters');
  checkType('clusters', secureStrings);
  const names = list === undefined ? [] : split(list);
  if (!names.every((name) => CLUSTER_NAME.test(name))) {
    throw invalid('clusters is invalid, allowed is a list of cluster names');
  }
  for (const name of names) if (!clusters.has(name)) clusters.set(name, new Map());
  return { clusters, listed: list === undefined ? undefined : names, secureStrings };
}

/** @throws `cluster_parameter_invalid` if a parameter is a SecureString. */
export function checkType(parameter: string, secureStrings: ReadonlySet<string>): void {
  if (!secureStrings.has(parameter)) return;
  const hint = 'delete the parameter, then create it as String or, for a list, StringList';
  throw invalid(`${parameter} is a SecureString, allowed are String and StringList`, hint);
}

/** Splits a StringList. */
export function split(list: string): string[] {
  return list.split(',').map((item) => item.trim());
}

export function invalid(what: string, hint?: string): RotationError {
  return new RotationError('cluster_parameter_invalid', `cluster parameters: ${what}`, { hint });
}
