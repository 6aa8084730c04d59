import { randomUUID } from 'node:crypto';
import type { Cluster } from './cluster.ts';
import { type ClusterUser, findUser, isComplex } from './cluster-users.ts';

/** A reply of the REST API; an error has a code, or none where none is documented. */
export type Reply = { status: number; body?: object; errorCode?: string };

type Body = Record<string, unknown>;
type Change = (cluster: Cluster, user: ClusterUser, body: Body) => Reply;

const CHANGES: Record<string, Change> = { POST: add, PUT: replace, DELETE: remove };

/**
 * `/v1/users/password` of API generation C: POST adds, PUT replaces all, DELETE removes.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/password/
 */
export async function changePasswords(
  cluster: Cluster,
  caller: ClusterUser,
  method: string,
  body: Body,
): Promise<Reply> {
  const change = CHANGES[method];
  if (change === undefined) return { status: 405 };
  const { username = caller.name } = body;
  if (typeof username !== 'string') return { status: 400 };
  const user = findUser(cluster.users, username);
  const isOther = user !== caller;
  const { userManagerMayChange, noneMayUseApi } = cluster.options;
  const mayChangeOthers =
    caller.role === 'admin' || (caller.role === 'user_manager' && userManagerMayChange);
  if ((isOther && !mayChangeOthers) || (caller.role === 'none' && !noneMayUseApi)) {
    return { status: 403, errorCode: 'unauthorized_action' };
  }
  if (user === undefined) return { status: 404, errorCode: 'user_not_exist' };
  const before = user.passwords;
  const reply = change(cluster, user, body);
  if (user.passwords !== before) {
    if (cluster.options.changeUnlocks && method !== 'DELETE') user.lockedUntil = 0;
    cluster.stateId += 1;
    await cluster.onPasswords(user);
  }
  if (reply.status !== 200 || !cluster.options.actionUid) return reply;
  return { ...reply, body: { action_uid: randomUUID() } };
}

function add(cluster: Cluster, user: ClusterUser, { new_password: password }: Body): Reply {
  if (typeof password !== 'string' || password === '') return { status: 400 };
  if (user.passwords.includes(password)) {
    return cluster.options.addPresent === 'ok'
      ? { status: 200 }
      : { status: 400, errorCode: 'new_password_same_as_current' };
  }
  if (!isComplex(password, user, cluster.policy)) {
    return { status: 400, errorCode: 'password_not_complex' };
  }
  if (user.passwords.length >= cluster.options.passwordsMax) return { status: 400 };
  user.passwords = [...user.passwords, password];
  return { status: 200 };
}

function replace(cluster: Cluster, user: ClusterUser, body: Body): Reply {
  const reply = add(cluster, user, body);
  if (reply.status === 200) user.passwords = [String(body.new_password)];
  return reply;
}

function remove(cluster: Cluster, user: ClusterUser, { old_password: password }: Body): Reply {
  if (typeof password !== 'string') return { status: 400 };
  const isLast = user.passwords.length <= 1;
  const isThere = user.passwords.includes(password);
  if (isLast && (isThere || cluster.options.lastPasswordFirst)) {
    return { status: 400, errorCode: 'cannot_delete_last_password' };
  }
  if (!isThere) return { status: cluster.options.deleteAbsent };
  user.passwords = user.passwords.filter((one) => one !== password);
  return { status: 200 };
}

const TTL_MAX_SECONDS = 86_400;

/**
 * `POST /v1/users/authorize`: a token for whoever logged in.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/authorize/
 */
export function authorize(cluster: Cluster, caller: ClusterUser, { ttl = 300 }: Body): Reply {
  if (caller.role === 'none' && !cluster.options.noneMayUseApi) {
    return { status: 403, errorCode: 'unauthorized_action' };
  }
  if (typeof ttl !== 'number' || ttl < 1 || ttl > TTL_MAX_SECONDS) return { status: 400 };
  const claims = { sub: String(caller.uid), exp: Math.floor(cluster.now() / 1_000) + ttl };
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const access_token = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.c2FuZGJveA`;
  return { status: 200, body: { access_token } };
}
