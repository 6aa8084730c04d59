import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import type { Parameters } from './parameters.ts';

/** Reads the clusters' parameters, until the signal stops it; `isFresh` leaves the cache alone. */
export type ClusterSource = (signal: AbortSignal, isFresh?: boolean) => Promise<Parameters>;

// A changed certificate is in use within minutes; a thousand rotations do not read it each time.
const PARAMETERS_CACHED_MS = 5 * 60_000;

/** Reads the parameters under a path, with a cache; the client is loaded by the first to ask. */
export function clusterSource(
  config: SSMClientConfig,
  path: string,
  now: () => number,
): ClusterSource {
  const load = () =>
    import('./parameter-store.ts').then((it) => it.openParameterStore(config, path));
  let store: ReturnType<typeof load> | undefined;
  let cached: { parameters: Parameters; until: number } | undefined;
  return async (signal, isFresh = false) => {
    if (isFresh || cached === undefined || cached.until <= now()) {
      store ??= load();
      const read = await store;
      cached = { parameters: await read(signal), until: now() + PARAMETERS_CACHED_MS };
    }
    return cached.parameters;
  };
}
