import type { Parameter, SSMClient } from '@aws-sdk/client-ssm';
import { awsFailure } from './aws-failure.ts';

/** The parameters of every cluster, by the cluster's name and the parameter's. */
export type Parameters = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads the clusters' parameters; `isFresh` leaves the cache alone. */
export type ClusterSource = (isFresh?: boolean) => Promise<Parameters>;

// A changed certificate is in use within minutes; a thousand rotations do not read it each time.
const PARAMETERS_CACHED_MS = 5 * 60_000;

/** Reads the parameters under a path, with a cache. */
export function clusterSource(
  client: () => Promise<SSMClient>,
  path: string,
  now: () => number,
): ClusterSource {
  let cached: { parameters: Parameters; until: number } | undefined;
  return async (isFresh = false) => {
    if (isFresh || cached === undefined || cached.until <= now()) {
      const parameters = await readParameters(await client(), path);
      cached = { parameters, until: now() + PARAMETERS_CACHED_MS };
    }
    return cached.parameters;
  };
}

async function readParameters(client: SSMClient, path: string): Promise<Parameters> {
  const clusters = new Map<string, Map<string, string>>();
  const add = ({ Name = '', Value = '' }: Parameter) => {
    const [, cluster, parameter] = /^\/([^/]+)\/([^/]+)$/.exec(Name.slice(path.length)) ?? [];
    if (cluster === undefined || parameter === undefined) return;
    const known = clusters.get(cluster) ?? new Map<string, string>();
    clusters.set(cluster, known.set(parameter, Value));
  };
  const { paginateGetParametersByPath } = await import('@aws-sdk/client-ssm');
  try {
    const input = { Path: path, Recursive: true };
    for await (const page of paginateGetParametersByPath({ client }, input)) {
      page.Parameters?.forEach(add);
    }
  } catch (error) {
    awsFailure('ssm:GetParametersByPath')(error);
  }
  return clusters;
}
