import { type Answer, type Login, type Rest, show } from './rest.ts';

/** A database of the cluster, where one was named. */
export type Database = { host: string; port: number; isPlain: boolean };

/** The cluster to try, and as whom. */
export type Target = {
  rest: Rest;
  admin: Login;
  caCertificate: string | undefined;
  serverName: string | undefined;
  database: Database | undefined;
  /** A user of the operator's whose password has expired; undefined: none was named. */
  expired: Login | undefined;
  /** How long a change may take to reach the database. */
  propagationMs: number;
};

/** The admin's login is refused, and every further one could lock the admin out. */
export class AdminRefused extends Error {}

/** A request as the admin. Throws `AdminRefused`. */
export async function asAdmin(
  { rest, admin }: Target,
  ...request: [method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object]
): Promise<Answer> {
  const answer = await rest(admin, ...request);
  if (answer.status !== 401) return answer;
  throw new AdminRefused(
    `the cluster refused the login of ${admin.name} with 401: the password is wrong, the user is ` +
      'locked, or Basic authentication is off (control_plane_basic_authentication)',
  );
}

/** What the admin reads of a path; throws where that is refused. */
export async function read(target: Target, path: string): Promise<Answer> {
  const answer = await asAdmin(target, 'GET', path);
  if (answer.status === 200) return answer;
  const hint =
    answer.status === 307 ? '; name the primary node' : '; the login has to be that of an admin';
  throw new Error(`the cluster answered GET ${path} with ${show(answer)}${hint}`);
}

/** The items of a list, and none where it is no list. */
export function itemsOf({ json }: Answer): Record<string, unknown>[] {
  return Array.isArray(json) ? json.map((one) => ({ ...Object(one) })) : [];
}
