import { type Account, usesOwnLogin } from '../cluster/accounts.ts';
import { findDefaultUser } from '../cluster/default-user.ts';
import { openSession } from '../cluster/login.ts';
import { findUsers, wordIn } from '../cluster/users.ts';
import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import { toApiError } from '../redis-enterprise/api-error.ts';
import { generationIn, NODES, versionsIn } from '../redis-enterprise/nodes.ts';
import { request } from '../redis-enterprise/request.ts';
import type { ApiReply, Session } from '../redis-enterprise/types.ts';
import { DEFAULT_USER } from '../secret/user.ts';
import type { SecretValue, VersionValue } from '../secret/value.ts';
import { CHECK_NAMES, type Check, fail, failure, notReported, pass, unknown } from './check.ts';
import { checkDisconnect, checkLockout, checkPolicy } from './cluster-settings.ts';
import { checkManaged } from './managed.ts';

// The checks that need a login.
const AFTER_LOGIN = CHECK_NAMES.slice(CHECK_NAMES.indexOf('login') + 1);

/** Checks what a cluster reports, with one login. Stops if the cluster rejects the login. */
export async function checkCluster(
  value: VersionValue,
  account: Account,
  isVerified: boolean,
  context: Context,
): Promise<Check[]> {
  const { name } = account.cluster;
  const { settings } = context;
  try {
    const session = await openSession(account, value, context);
    const nodes = await request(session, { method: 'GET', path: NODES });
    const role = await read(session, '/v1/users/role');
    if (nodes.status !== 200 && role.status !== 200) {
      throw toApiError(session, `GET ${NODES}`, nodes);
    }
    const users = await read(session, '/v1/users');
    const cluster = await read(session, '/v1/cluster');
    const policy = await read(session, '/v1/cluster/policy');
    const crdbs = await read(session, '/v1/crdbs');
    const who = usesOwnLogin(account) ? 'the user' : 'the administrator';
    return [
      pass('login', `cluster ${name} accepts ${who}`),
      checkVersion(account, nodes, isVerified),
      checkRole(account, role),
      account.username === DEFAULT_USER
        ? await checkDefaultUser(account, session, cluster)
        : checkUser(account, value, users),
      ...checkManaged(name, roleOf(account, value, users, role), cluster, crdbs),
      checkPolicy(name, cluster, settings, [value.username, value.apiLoginName]),
      checkLockout(name, policy),
      checkDisconnect(name, cluster, nodes, settings),
    ];
  } catch (error) {
    return [
      failure('login', error),
      ...AFTER_LOGIN.map((check) => unknown(check, `cluster ${name}: no login`)),
    ];
  }
}

/**
 * Returns a reply; status 0 if none arrives. A lost reply, or one that is denied, does not fail the
 * check of the login, and must not stop the next rotation.
 */
async function read(session: Session, path: string): Promise<ApiReply> {
  const { onRejected: _, ...unremembered } = session;
  try {
    return await request(unremembered, { method: 'GET', path });
  } catch {
    return { status: 0, errorCode: undefined, fields: {}, list: [], location: undefined };
  }
}

/** Returns the role of the user that is rotated. A default user has no management role. */
function roleOf(account: Account, value: SecretValue, users: ApiReply, own: ApiReply): unknown {
  if (account.username === DEFAULT_USER) return 'none';
  return usesOwnLogin(account) ? own.fields.role : findUsers(users.list, value.username)[0]?.role;
}

function checkVersion(account: Account, nodes: ApiReply, isVerified: boolean): Check {
  const isSelf = usesOwnLogin(account);
  const generation = generationIn(nodes);
  const detail = `cluster ${account.cluster.name} runs ${versionsIn(nodes)}`;
  if (generation === undefined) {
    const hint = 'use 6.0.12 or later, and a login that may read nodes: any role except none';
    return isSelf ? unknown('version', detail, hint) : fail('version', detail, hint);
  }
  if (account.username === DEFAULT_USER) return pass('version', detail);
  if (generation === 'legacy' && !isSelf && !isVerified) {
    const hint = 'set a password of the user in the secret: this version needs one';
    return fail('version', detail, hint);
  }
  if (generation !== 'adminUnsafe' || isSelf) return pass('version', detail);
  const error = new RotationError('cluster_version_unsafe', `${detail}, bug RS161290`);
  return failure('version', error);
}

// The roles that may change the passwords of a default user (update_bdb).
// https://redis.io/docs/latest/operate/rs/references/rest-api/permissions/
const DATABASE_ROLES = ['admin', 'cluster_member', 'db_member'];

function checkRole(account: Account, reply: ApiReply): Check {
  const role = wordIn(reply.fields, 'role');
  const { name } = account.cluster;
  if (reply.status !== 200 || role === undefined) {
    return notReported('permission', name, 'GET /v1/users/role', reply);
  }
  const detail = `cluster ${name} gives the login the role ${role}`;
  const isSelf = usesOwnLogin(account);
  const isDefault = account.username === DEFAULT_USER;
  const allowed = isDefault ? DATABASE_ROLES : ['admin'];
  if (isSelf ? role !== 'none' : allowed.includes(role)) return pass('permission', detail);
  const one = `give the login the role ${allowed.join(', ')}`;
  return fail('permission', detail, isSelf ? 'give the user a management role' : one);
}

/** Checks that the function finds the database of a default user, and may change its passwords. */
async function checkDefaultUser(
  { cluster, endpoints }: Account,
  session: Session,
  reply: ApiReply,
): Promise<Check> {
  try {
    const uid = await findDefaultUser(session, endpoints, reply);
    return pass('user', `on cluster ${cluster.name}, the default user of database ${uid}`);
  } catch (error) {
    return failure('user', error);
  }
}

// A password that only the cluster knows would lock out the applications.
const USER_HINT =
  'if locked, wait 30 minutes; if expired, set a new password on the cluster and in the secret';

function checkUser({ cluster }: Account, value: SecretValue, reply: ApiReply): Check {
  if (reply.status !== 200) return notReported('user', cluster.name, 'GET /v1/users', reply);
  const found = findUsers(reply.list, value.username);
  const [user] = found;
  if (user === undefined || found.length > 1) {
    const what = `cluster ${cluster.name} has ${found.length} users of that name`;
    return failure('user', new RotationError('cluster_user_not_found', what));
  }
  const method = wordIn(user, 'auth_method') ?? 'regular';
  const state = wordIn(user, 'status') ?? 'active';
  const detail = `on cluster ${cluster.name}, auth_method ${method}, status ${state}`;
  if (method !== 'regular') return fail('user', detail, 'rotate regular users only');
  if (state !== 'active') return fail('user', detail, USER_HINT);
  return pass('user', detail);
}
