import { RotationError } from '../errors.ts';
import { bestMatches } from '../network/endpoint.ts';
import type { Cluster } from './parameters.ts';

/**
 * Finds the only cluster whose database-hosts match a host best.
 * @throws `host_not_allowed` if no cluster matches, or several match equally.
 */
export function clusterForHost(host: string, field: string, clusters: Cluster[]): Cluster {
  const [owner, ...others] = bestMatches(host, clusters);
  if (owner !== undefined && others.length === 0) return owner;
  const hosts = clusters.flatMap(({ databaseHosts }) => databaseHosts).join(', ');
  const names = [owner, ...others].map((one) => one?.name).join(' and ');
  const why =
    owner === undefined
      ? `is not allowed, allowed are ${hosts}`
      : `matches database-hosts of ${names}`;
  // Without the host: it may be a password in the wrong field.
  const what = `secret value: ${field} ${why}`;
  const hint = 'give each cluster database-hosts of its own';
  throw new RotationError('host_not_allowed', what, owner && { hint });
}
