import { addUser, type Cluster, updateDatabases } from './cluster.ts';
import type { Reply } from './passwords.ts';
import type { ClusterUser, Role } from './users.ts';

/** The predefined roles of a cluster, and their management roles. */
export const ROLES: { uid: number; name: string; management: Role }[] = [
  { uid: 1, name: 'Admin', management: 'admin' },
  { uid: 2, name: 'Cluster Member', management: 'cluster_member' },
  { uid: 3, name: 'Cluster Viewer', management: 'cluster_viewer' },
  { uid: 4, name: 'DB Member', management: 'db_member' },
  { uid: 5, name: 'DB Viewer', management: 'db_viewer' },
  { uid: 6, name: 'User Manager', management: 'user_manager' },
  { uid: 7, name: 'None', management: 'none' },
];

/**
 * Emulates `POST /v1/users`, and `PUT` and `DELETE /v1/users/{uid}`. Returns undefined for another
 * request.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/
 */
export async function changeUsers(
  cluster: Cluster,
  caller: ClusterUser,
  { method, path, body }: { method: string; path: string; body: Record<string, unknown> },
): Promise<Reply | undefined> {
  const [, uid] = /^\/v1\/users(?:\/(\d+))?$/.exec(path) ?? [];
  if (!/^\/v1\/users(\/\d+)?$/.test(path)) return undefined;
  if (caller.role !== 'admin' && caller.role !== 'user_manager') {
    return { status: 403, errorCode: 'unauthorized_action' };
  }
  if (uid === undefined) return method === 'POST' ? create(cluster, body) : undefined;
  const user = cluster.users.find((one) => String(one.uid) === uid);
  if (user === undefined) return { status: 404, errorCode: 'user_not_exist' };
  if (method === 'DELETE') {
    cluster.users.splice(cluster.users.indexOf(user), 1);
    await cluster.onPasswords({ name: user.name, acl: user.acl, passwords: [], disconnects: true });
    return { status: 200 };
  }
  if (method !== 'PUT' || typeof body.password !== 'string') return { status: 400 };
  Object.assign(user, {
    passwords: [body.password],
    lockedUntil: 0,
    refusedAt: [],
    status: 'active',
    passwordIssuedAt: cluster.now(),
  });
  await updateDatabases(cluster, user);
  return { status: 200, body: { uid: user.uid, name: user.name } };
}

async function create(cluster: Cluster, body: Record<string, unknown>): Promise<Reply> {
  const { name, email = '', password, role_uids: uids } = body;
  if (typeof name !== 'string' || typeof password !== 'string') return { status: 400 };
  if (cluster.users.some((one) => one.name === name)) {
    return { status: 409, errorCode: 'name_already_exists' };
  }
  const role = ROLES.find(({ uid }) => Array.isArray(uids) && uids.includes(uid))?.management;
  const passwords = [password];
  const uid = Math.max(0, ...cluster.users.map((one) => one.uid)) + 1;
  const user = { uid, name, email: String(email), role: role ?? 'none', passwords } as const;
  await addUser(cluster, user);
  return { status: 200, body: { uid, name, role: user.role, status: 'active' } };
}
