import { ROLES } from './accounts.ts';
import type { Cluster } from './cluster.ts';
import { listDatabases } from './databases.ts';
import type { Reply } from './passwords.ts';
import { type ClusterUser, isLocked, type Role } from './users.ts';

type Read = {
  roles: Role[] | 'all but none' | 'all';
  body: (cluster: Cluster, caller: ClusterUser, query: URLSearchParams) => object;
};

/**
 * The readable paths, and the roles that may read them.
 * https://redis.io/docs/latest/operate/rs/references/rest-api/permissions/
 */
const READS: Record<string, Read> = {
  '/v1/nodes': { roles: 'all but none', body: nodes },
  '/v1/cluster': { roles: 'all but none', body: cluster },
  '/v1/cluster/policy': { roles: 'all but none', body: policy },
  '/v1/crdbs': { roles: 'all but none', body: ({ activeActive }) => activeActive },
  '/v1/roles': { roles: 'all but none', body: () => ROLES },
  '/v1/bdbs': {
    roles: 'all but none',
    body: (all, _, query) => listDatabases(all, query.get('fields')),
  },
  '/v1/users': { roles: ['admin', 'user_manager'], body: users },
  '/v1/users/role': { roles: 'all', body: (_, { role }) => ({ role }) },
};

/** Returns the reply to GET; undefined if the path is unknown. */
export function read(cluster: Cluster, caller: ClusterUser, path: string): Reply | undefined {
  const { pathname, searchParams } = new URL(path, 'https://cluster');
  const found = READS[pathname];
  if (found === undefined) return undefined;
  const { roles } = found;
  const isAllowed =
    roles === 'all' ||
    (roles === 'all but none' ? caller.role !== 'none' : roles.includes(caller.role));
  if (!isAllowed) return { status: 403, errorCode: 'unauthorized_action' };
  return { status: 200, body: found.body(cluster, caller, searchParams) };
}

function nodes({ options }: Cluster) {
  return options.softwareVersions.map((software_version, index) => ({
    uid: index + 1,
    addr: '127.0.0.1',
    software_version,
    status: 'active',
  }));
}

function cluster({ name, policy, options }: Cluster) {
  return {
    name,
    handle_redirects: options.handleRedirects,
    password_complexity: policy.passwordComplexity,
    password_min_length: policy.passwordMinLength,
    password_expiration_duration: 0,
    disconnect_clients_on_password_removal: options.disconnectOnRemoval,
  };
}

function policy({ policy }: Cluster) {
  return {
    login_lockout_threshold: policy.lockoutThreshold,
    login_lockout_counter_reset_after: policy.lockoutCounterResetSeconds,
    login_lockout_duration: policy.lockoutDurationSeconds,
  };
}

function users({ users, now }: Cluster) {
  return users.map((user) => ({
    uid: user.uid,
    name: user.name,
    email: user.email,
    role: user.role,
    role_uids: [user.uid],
    auth_method: user.authMethod,
    // The API returns whole seconds.
    password_issue_date: new Date(user.passwordIssuedAt).toISOString().replace(/\.\d+/, ''),
    status: isLocked(user, now()) ? 'locked' : user.status,
  }));
}
