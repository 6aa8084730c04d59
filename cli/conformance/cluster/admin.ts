import type { Clock } from '../clock.ts';
import { formatReply, type Login, type Reply, type Request, type SendRequest } from './api.ts';

/** A database of the cluster. */
export type Database = { host: string; port: number; isPlain: boolean };

/** The cluster that a run tries, and the logins. */
export type Target = {
  /** The API's origin. */
  api: string;
  sendRequest: SendRequest;
  admin: Login;
  caCertificate: string | undefined;
  serverName: string | undefined;
  database: Database | undefined;
  /** A database of the operator whose default user may get more passwords. */
  defaultUser: Database | undefined;
  /** A user of the operator whose password has expired. */
  expired: Login | undefined;
  /** How long a change may take to reach the database. */
  propagationMs: number;
  clock: Clock;
};

/** The cluster rejects the admin's login: another one could lock the admin. */
export class AdminRejected extends Error {
  readonly hint =
    'correct REDIS_ENTERPRISE_PASSWORD, or --admin, and unlock the user if it is locked';
}

/**
 * Sends a request as the admin.
 * @throws AdminRejected
 */
export async function requestAsAdmin(
  { sendRequest, admin }: Target,
  ...request: Request
): Promise<Reply> {
  const reply = await sendRequest(admin, ...request);
  if (reply.status !== 401) return reply;
  throw adminRejected(admin);
}

export function adminRejected(admin: Login): AdminRejected {
  return new AdminRejected(
    `the cluster rejected the login of ${admin.name} with 401: the password is wrong, the user ` +
      'is locked, or Basic authentication is off (control_plane_basic_authentication)',
  );
}

/** Reads a path as the admin, and throws unless the reply is 200. */
export async function readAsAdmin(target: Target, path: string): Promise<Reply> {
  const reply = await requestAsAdmin(target, 'GET', path);
  if (reply.status === 200) return reply;
  const hint = reply.status === 307 ? 'name the primary node' : 'log in as an admin';
  throw new Error(`the cluster returned ${formatReply(reply)} to GET ${path}; hint: ${hint}`);
}
