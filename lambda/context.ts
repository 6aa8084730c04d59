import type { AccountContext } from './cluster/accounts.ts';
import type { LoginContext } from './cluster/login.ts';
import type { VersionContext } from './secret/versions.ts';
import type { Settings } from './settings.ts';
import type { Log } from './telemetry/log.ts';
import type { Measures } from './telemetry/metrics.ts';

/** What one invocation may use. The handler builds it; each function takes the part it needs. */
export type Context = VersionContext &
  AccountContext &
  LoginContext & {
    settings: Settings;
    log: Log;
    /** Adds values to the metrics of the invocation. */
    measure: (measures: Measures) => void;
    /** The ARN by which the function was invoked. */
    functionArn: string | undefined;
  };
