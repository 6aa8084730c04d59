import type { ClusterSource } from './clusters.ts';
import type { Log } from './log.ts';
import type { SecretValue } from './secret-value.ts';
import type { Secret } from './secrets-manager.ts';
import type { Settings } from './settings.ts';
import type { Time } from './time.ts';

/** What one invocation may touch outside itself; the handler builds it. */
export type Edges = Time & {
  settings: Settings;
  /** The secret that the event names. */
  secret: Secret;
  /** The values of its versions read so far, undefined where one has none: they never change. */
  values: Map<string, SecretValue | undefined>;
  clusters: ClusterSource;
  /** Versions of admin secrets that a cluster refused, kept as long as the environment lives. */
  refusedAdmins: Set<string>;
  /** Logins that a cluster refused in this invocation. */
  refusedLogins: Set<string>;
  log: Log;
  /** Registers a secret, so that no log line and no error can carry it. */
  remember: (secret: string | undefined) => void;
};
