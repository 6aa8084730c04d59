import type { Cluster } from './cluster.ts';
import { type ClusterDatabase, updateShards } from './databases.ts';
import { isComplex } from './password-complexity.ts';
import type { Reply } from './passwords.ts';
import type { ClusterUser, Role } from './users.ts';

// https://redis.io/docs/latest/operate/rs/references/rest-api/permissions/
const MAY_UPDATE: Role[] = ['admin', 'cluster_member', 'db_member'];

/**
 * Emulates `/v1/bdbs/{uid}/passwords`. Returns undefined for another path.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/bdbs/passwords/
 */
export async function changeDefaultUser(
  cluster: Cluster,
  caller: ClusterUser,
  { method, path, body }: { method: string; path: string; body: Record<string, unknown> },
): Promise<Reply | undefined> {
  const [, uid] = /^\/v1\/bdbs\/(\d+)\/passwords$/.exec(path) ?? [];
  if (uid === undefined) return undefined;
  if (!MAY_UPDATE.includes(caller.role)) return { status: 403, errorCode: 'unauthorized_action' };
  const database = cluster.databases.find((one) => String(one.uid) === uid);
  if (database === undefined) return { status: 404, errorCode: 'db_not_exist' };
  if (database.options.busyReplies > 0) {
    database.options.busyReplies -= 1;
    return { status: 409, errorCode: 'db_busy' };
  }
  const { user } = database;
  const before = user.passwords;
  const reply = change(cluster, database, method, body.password);
  if (user.passwords !== before) {
    cluster.stateId += 1;
    cluster.onChange({ method, user, before });
    await updateShards(database);
  }
  return reply;
}

function change(
  cluster: Cluster,
  database: ClusterDatabase,
  method: string,
  password: unknown,
): Reply {
  if (typeof password !== 'string' || password === '') return { status: 406 };
  if (method === 'DELETE') return remove(database, password);
  const { user, options } = database;
  const names = { name: user.name, email: '' };
  if (options.isComplexityChecked && !isComplex(password, names, cluster)) return { status: 406 };
  const isPresent = user.passwords.includes(password);
  if (method === 'PUT') {
    if (isPresent && options.replacePresent !== 200) return { status: options.replacePresent };
    user.passwords = [password];
  } else if (method !== 'POST') return { status: 405 };
  else if (isPresent) return { status: options.addPresent };
  else user.passwords = [...user.passwords, password];
  return { status: 200 };
}

function remove({ user, options }: ClusterDatabase, password: string): Reply {
  if (!user.passwords.includes(password)) return { status: options.deleteAbsent };
  if (user.passwords.length === 1 && options.deleteLast !== 200) {
    return { status: options.deleteLast };
  }
  user.passwords = options.deletesAll ? [] : user.passwords.filter((one) => one !== password);
  return { status: 200 };
}
