import type { Clock } from './clock.ts';
import type { Parameters } from './cluster/parameters.ts';
import type { RefusalEdges } from './cluster/rejected-logins.ts';
import type { ApiEdges } from './redis-enterprise/types.ts';
import type { Secret } from './secret/secrets-manager.ts';
import type { VersionValue } from './secret/value.ts';
import type { Settings } from './settings.ts';
import type { Log } from './telemetry/log.ts';
import type { Measures } from './telemetry/metrics.ts';

/** What one invocation may touch outside itself; the handler builds it. */
export type Context = Clock &
  ApiEdges &
  RefusalEdges & {
    settings: Settings;
    /** The secret that the event names. */
    secret: Secret;
    /** The values of its versions read so far, undefined where one has none: they never change. */
    values: Map<string, VersionValue | undefined>;
    /** The clusters' parameters; `isFresh` leaves the cache alone. */
    clusters: (isFresh?: boolean) => Promise<Parameters>;
    /** The secrets that the clusters' parameters name, by ARN, as far as they were read. */
    referencedSecrets: Map<string, { text: string; versionId: string }>;
    log: Log;
    /** Notes what the invocation's metrics are to tell. */
    measure: (measures: Measures) => void;
    /** The function's own ARN, as it was called. */
    functionArn: string | undefined;
    /** Registers a secret, so that no log line and no error can carry it. */
    registerSecret: (secret: string | undefined) => void;
  };
