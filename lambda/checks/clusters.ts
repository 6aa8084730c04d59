import type { Parameters } from '../cluster.ts';
import type { Settings } from '../settings.ts';
import { type Check, pass, warn } from './check.ts';

/** Whether a parameter lists the clusters that must exist; `names` are those of the secret. */
export function checkClusters(
  names: string,
  { isListed }: Parameters,
  { clustersPath }: Settings,
): Check {
  if (isListed) return pass('clusters', names);
  const detail = `${names}; a cluster whose parameters are missing looks like one that was removed`;
  const remedy = `create ${clustersPath}/clusters (StringList) with the names of all clusters`;
  return warn('clusters', detail, remedy);
}
