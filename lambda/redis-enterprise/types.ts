import type { Clock } from '../clock.ts';
import type { Cluster } from '../cluster/parameters.ts';
import { RotationError } from '../errors.ts';
import type { JsonObject } from '../json.ts';

/** What clusters answered when they were read, by cluster and path, and until when it counts. */
type Reads = Map<string, { reply: ApiReply; until: number }>;

/** What one invocation shares with the APIs that it calls. */
export type ApiEdges = Pick<Clock, 'sleep'> & {
  /** How long the invocation can go on and still tell of a failure, in milliseconds. */
  timeLeft: () => number;
  /** What clusters answered when they were read, kept as long as the environment lives. */
  reads: Reads;
  /** Logins that a cluster refused in this invocation. */
  refusedLogins: Set<string>;
};

/** The REST API of one cluster, within one invocation. */
export type Api = ApiEdges & {
  cluster: Cluster;
  /** Whether a database accepted the login in this invocation. */
  isProved?: boolean;
  /** Whether some node is of generation A; absent: not known. */
  isLegacy?: boolean | undefined;
  /** A password that the user has, which generation A asks for. */
  knownPassword?: string | undefined;
};

/** An email, or a name without a colon; without a password, the client certificate is the login. */
export type ApiLogin = { name: string; password: string | undefined };

export type ApiRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: Record<string, string | number>;
  /** Whether it may end its own login, so that one that may have been done is not sent again. */
  isOnce?: boolean;
};

/** What is kept of a reply: `error_code`, and the fields of a JSON object or a list's items. */
export type ApiReply = {
  status: number;
  errorCode: string | undefined;
  fields: JsonObject;
  list: unknown[];
  /** Where a redirect leads to. */
  location: string | undefined;
};

// What a refused login means where more is known than that it was refused.
const EXPIRED_HINT =
  'its password has expired: have an administrator set another one, and put that into its secret';
const PROVED_HINT =
  'the databases accept it: see whether the account is locked, and Basic authentication off ' +
  '(control_plane_basic_authentication)';

/** Under which name the reply to a read is kept: another address may be another cluster. */
export function readKey({ cluster }: { cluster: Cluster }, path: string): string {
  return `${cluster.name} ${cluster.apiEndpoints} ${path}`;
}

/** The API refused a login. */
export function loginRefused(
  { cluster, isProved }: Api,
  how: string,
  errorCode?: string,
): RotationError {
  const what = `cluster ${cluster.name} refused the login ${how}`;
  const proved = isProved ? PROVED_HINT : undefined;
  const hint = errorCode === 'password_expired' ? EXPIRED_HINT : proved;
  return new RotationError('cluster_login_refused', what, { hint });
}
