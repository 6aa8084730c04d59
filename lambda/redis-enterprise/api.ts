import type { Cluster } from '../cluster.ts';
import type { Edges } from '../edges.ts';
import { RotationError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Generation } from './generation.ts';

/** The REST API of one cluster, within one invocation. */
export type Api = Pick<Edges, 'sleep' | 'hasTime' | 'refusedLogins'> & {
  cluster: Cluster;
  /** What the cluster's requests look like; absent: not known. */
  generation?: Generation | undefined;
  /** A password that the user has, which generation A asks for. */
  knownPassword?: string | undefined;
  /** The addresses of the cluster's nodes, to which it may send us. */
  nodes?: readonly string[] | undefined;
};

/** HTTP Basic credentials: an email, or a name without a colon. */
export type ApiLogin = { name: string; password: string };

export type ApiRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: Record<string, string | number>;
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

/** The API refused a login. */
export function loginRefused(cluster: Cluster, how: string): RotationError {
  const what = `cluster ${cluster.name} refused the login ${how}`;
  return new RotationError('cluster_login_refused', what);
}
