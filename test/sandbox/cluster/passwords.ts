import { randomUUID } from 'node:crypto';
import { type Cluster, updateDatabases } from './cluster.ts';
import { isComplex } from './password-complexity.ts';
import { type ClusterUser, findUser } from './users.ts';

/** A reply of the REST API. An error has a code if Redis documents it. */
export type Reply = { status: number; body?: object; errorCode?: string };

type Body = Record<string, unknown>;
type Change = (cluster: Cluster, user: ClusterUser, body: Body) => Reply;

const CHANGES: Record<string, Change> = { POST: add, PUT: replace, DELETE: remove };

/**
 * Emulates `/v1/users/password`: POST adds, PUT replaces all, DELETE removes. Generation A also
 * requires a known password. Generation B ignores the username (bug RS161290).
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
  const user = targetOf(cluster, caller, body);
  const denied = denialOf(cluster, caller, user, method, body);
  if (denied !== undefined || user === undefined) return denied ?? { status: 400 };
  const before = user.passwords;
  const reply = change(cluster, user, body);
  if (user.passwords !== before) {
    renew(cluster, user, method);
    cluster.stateId += 1;
    cluster.onChange({ method, user, before });
    await updateDatabases(cluster, user);
  }
  if (reply.status !== 200 || !cluster.options.actionUid) return reply;
  return { ...reply, body: { action_uid: randomUUID() } };
}

/** Unlocks a user, or renews its expired passwords, if the cluster's options say so. */
function renew({ options, now }: Cluster, user: ClusterUser, method: string): void {
  if (method === 'DELETE') return;
  if (options.changeUnlocks) user.lockedUntil = 0;
  const isRenewed = method === 'PUT' || options.addRenews;
  if (isRenewed) user.passwordIssuedAt = now();
  const ended = { active: true, locked: options.changeUnlocks, password_expired: isRenewed };
  if (ended[user.status]) user.status = 'active';
}

/** Returns the user whose passwords a request changes. */
function targetOf(
  cluster: Cluster,
  caller: ClusterUser,
  { username }: Body,
): ClusterUser | undefined {
  if (cluster.options.generation === 'adminUnsafe' || username === undefined) return caller;
  return findUser(cluster, String(username));
}

function denialOf(
  { options }: Cluster,
  caller: ClusterUser,
  user: ClusterUser | undefined,
  method: string,
  { username, old_password }: Body,
): Reply | undefined {
  const { generation, userManagerMayChange, noneMayUseApi } = options;
  const isNamed =
    typeof username === 'string' || (username === undefined && generation !== 'legacy');
  if (!isNamed) return { status: 400 };
  const mayChangeOthers =
    caller.role === 'admin' || (caller.role === 'user_manager' && userManagerMayChange);
  if ((user !== caller && !mayChangeOthers) || (caller.role === 'none' && !noneMayUseApi)) {
    return { status: 403, errorCode: 'unauthorized_action' };
  }
  if (user === undefined) return { status: 404, errorCode: 'user_not_exist' };
  const needsKnown = generation === 'legacy' && method !== 'DELETE';
  if (needsKnown && !user.passwords.includes(String(old_password))) return { status: 400 };
  return undefined;
}

function add(cluster: Cluster, user: ClusterUser, { new_password: password }: Body): Reply {
  if (typeof password !== 'string' || password === '') return { status: 400 };
  if (user.passwords.includes(password)) {
    return cluster.options.addPresent === 'ok'
      ? { status: 200 }
      : { status: 400, errorCode: 'new_password_same_as_current' };
  }
  if (!isComplex(password, user, cluster)) {
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
 * Emulates `POST /v1/users/authorize`: returns a token for the caller.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/requests/users/authorize/
 */
export function authorize(
  cluster: Cluster,
  caller: ClusterUser,
  { ttl = 300, username, password }: Body,
): Reply {
  // Before 7.4 the body has the credentials.
  const isIn = caller.passwords.includes(String(password));
  const isCaller = username === caller.name || username === caller.email;
  if (cluster.options.generation === 'legacy' && !(isIn && isCaller)) return { status: 401 };
  if (caller.role === 'none' && !cluster.options.noneMayUseApi) {
    return { status: 403, errorCode: 'unauthorized_action' };
  }
  if (typeof ttl !== 'number' || ttl < 1 || ttl > TTL_MAX_SECONDS) return { status: 400 };
  const claims = { sub: String(caller.uid), exp: Math.floor(cluster.now() / 1_000) + ttl };
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const access_token = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.c2FuZGJveA`;
  return { status: 200, body: { access_token } };
}
