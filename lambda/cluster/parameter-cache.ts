import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import type { ClusterParameters } from './stored-parameters.ts';

/** Reads the clusters' parameters until the signal stops it; `isFresh` ignores the cache. */
export type ReadParameters = (signal: AbortSignal, isFresh?: boolean) => Promise<ClusterParameters>;

// A changed certificate is in use within minutes. Many rotations in a row read once.
const CACHED_MS = 5 * 60_000;

/** Opens the parameters under a path, with a cache. The first read loads the AWS client. */
export function openParameterCache(
  config: SSMClientConfig,
  path: string,
  now: () => number,
): ReadParameters {
  const load = () =>
    import('./parameter-store.ts').then((module) => module.openParameterStore(config, path));
  let store: ReturnType<typeof load> | undefined;
  let cached: { parameters: ClusterParameters; until: number } | undefined;
  return async (signal, isFresh = false) => {
    if (isFresh || cached === undefined || cached.until <= now()) {
      store ??= load();
      const read = await store;
      cached = { parameters: await read(signal), until: now() + CACHED_MS };
    }
    return cached.parameters;
  };
}
