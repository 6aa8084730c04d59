import { type Account, usesOwnLogin } from '../cluster/accounts.ts';
import { withLogin } from '../cluster/login.ts';
import { findUsers } from '../cluster/password-policy.ts';
import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { generationIn, versionsIn } from '../redis-enterprise/nodes.ts';
import { toApiError } from '../redis-enterprise/passwords.ts';
import { request } from '../redis-enterprise/request.ts';
import type { Api, ApiLogin, ApiReply } from '../redis-enterprise/types.ts';
import type { SecretValue, VersionValue } from '../secret/value.ts';
import { CHECK_NAMES, type Check, fail, failure, notReported, pass, unknown } from './check.ts';
import { checkManaged } from './managed.ts';
import { checkDisconnect, checkLockout, checkPolicy } from './password-policy.ts';

// What only a login can ask.
const AFTER_LOGIN = CHECK_NAMES.slice(CHECK_NAMES.indexOf('login') + 1);

/** What a cluster itself says, asked with one login: where it is refused, nothing else is asked. */
export async function checkCluster(
  value: VersionValue,
  account: Account,
  isWorking: boolean,
  edges: Context,
): Promise<Check[]> {
  const name = account.cluster.name;
  try {
    return await withLogin(account, value, edges, async (api, login) => {
      const nodes = await request(api, login, { method: 'GET', path: '/v1/nodes' });
      const role = await ask(api, login, '/v1/users/role');
      if (nodes.status !== 200 && role.status !== 200)
        throw toApiError(api, 'GET /v1/nodes', nodes);
      const users = await ask(api, login, '/v1/users');
      const cluster = await ask(api, login, '/v1/cluster');
      const policy = await ask(api, login, '/v1/cluster/policy');
      const crdbs = await ask(api, login, '/v1/crdbs');
      return [
        pass(
          'login',
          `cluster ${name} accepts ${usesOwnLogin(account) ? 'the user' : 'the admin'}`,
        ),
        checkVersion(account, nodes, isWorking),
        checkRole(account, role),
        checkUser(account, value, users),
        ...checkManaged(name, roleOf(account, value, users, role), cluster, crdbs),
        checkPolicy(name, cluster, edges.settings, [value.username, value.apiLoginName]),
        checkLockout(name, policy),
        checkDisconnect(name, cluster, edges.settings),
      ];
    });
  } catch (error) {
    return [
      failure('login', error),
      ...AFTER_LOGIN.map((check) => unknown(check, `cluster ${name}: no login`)),
    ];
  }
}

/** A reply, or one of status 0 where there is none: one answer that is lost is no failed login. */
async function ask(api: Api, login: ApiLogin, path: string): Promise<ApiReply> {
  try {
    return await request(api, login, { method: 'GET', path });
  } catch {
    return { status: 0, errorCode: undefined, fields: {}, list: [], location: undefined };
  }
}

/** The role of the user that is rotated. */
function roleOf(account: Account, value: SecretValue, users: ApiReply, own: ApiReply): unknown {
  return usesOwnLogin(account) ? own.fields.role : findUsers(users.list, value.username)[0]?.role;
}

function checkVersion(account: Account, nodes: ApiReply, isWorking: boolean): Check {
  const { name } = account.cluster;
  const generation = generationIn(nodes);
  const detail = `cluster ${name} runs ${versionsIn(nodes)}`;
  if (generation === undefined) {
    const hint = 'use 6.0.12 or later, and a login that may read nodes: every role but none may';
    return usesOwnLogin(account) ? unknown('version', detail, hint) : fail('version', detail, hint);
  }
  const shown = `${detail}: generation ${generation} of the password API`;
  if (generation === 'legacy' && !usesOwnLogin(account) && !isWorking) {
    const hint = 'put a password that the user has into the secret: this version asks for it';
    return fail('version', shown, hint);
  }
  if (generation !== 'adminUnsafe' || usesOwnLogin(account)) return pass('version', shown);
  const error = new RotationError('cluster_version_unsafe', `${shown}, bug RS161290`);
  return failure('version', error);
}

function checkRole(account: Account, reply: ApiReply): Check {
  const role = textIn(reply.fields, 'role');
  const { name } = account.cluster;
  if (reply.status !== 200 || role === undefined) {
    return notReported('permission', name, 'GET /v1/users/role', reply);
  }
  const detail = `cluster ${name} gives the login the role ${role}`;
  const isEnough = usesOwnLogin(account) ? role !== 'none' : role === 'admin';
  if (isEnough) return pass('permission', detail);
  const hint = usesOwnLogin(account)
    ? 'give the user a management role'
    : 'make the login an admin';
  return fail('permission', detail, hint);
}

function checkUser({ cluster }: Account, value: SecretValue, reply: ApiReply): Check {
  if (reply.status !== 200) return notReported('user', cluster.name, 'GET /v1/users', reply);
  const named = findUsers(reply.list, value.username);
  const [user] = named;
  if (user === undefined || named.length > 1) {
    const what = `cluster ${cluster.name} has ${named.length} users of that name`;
    return failure('user', new RotationError('cluster_user_not_found', what));
  }
  const method = textIn(user, 'auth_method') ?? 'regular';
  const state = textIn(user, 'status') ?? 'active';
  const detail = `on cluster ${cluster.name}, auth_method ${method}, status ${state}`;
  if (method !== 'regular') return fail('user', detail, 'rotate regular users only');
  if (state !== 'active') return fail('user', detail, 'have an administrator reset the password');
  return pass('user', detail);
}

// Only a word such as a role is shown, never what may be anything.
function textIn(fields: JsonObject, key: string): string | undefined {
  const found = fields[key];
  return typeof found === 'string' && /^[a-z_]{1,20}$/.test(found) ? found : undefined;
}
