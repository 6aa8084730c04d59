import type { DatabaseUser } from '../database/database.ts';
import type { ClusterDatabase } from './databases.ts';
import { DEFAULT_OPTIONS } from './default-options.ts';
import {
  type ClusterPolicy,
  type ClusterUser,
  DEFAULT_POLICY,
  isLocked,
  NEW_USER,
} from './users.ts';

/** What Redis' documentation leaves open, or an administrator configures. */
export type ClusterOptions = {
  /** The status of a DELETE of an absent password. */
  deleteAbsent: 200 | 400 | 404;
  /** The reply to a POST of a present password. */
  addPresent: 'new_password_same_as_current' | 'ok';
  /** Whether a DELETE first checks whether only one password is left. */
  lastPasswordFirst: boolean;
  /** Whether the role `none` may log in to the API and change its own passwords. */
  noneMayUseApi: boolean;
  /** Whether the role `user_manager` may change the passwords of others. */
  userManagerMayChange: boolean;
  /** How the API and its Basic authentication identify a user. */
  identifies: 'name or email' | 'name' | 'email';
  /** Whether logins that a database rejects count towards the lockout. */
  databaseLoginsCount: boolean;
  /** The status for a locked user. */
  lockedStatus: 401 | 403;
  /** The meaning of "no more than three repeating characters". */
  repeating: 'in a row' | 'in all';
  /** Before 6.2.12, both ends must be letters, and the user's name is forbidden like its email. */
  complexity: 'today' | 'before 6.2.12';
  /** Whether adding or replacing a password unlocks a user. */
  changeUnlocks: boolean;
  /** Whether adding a password also ends a user's expiry, as replacing all does. */
  addRenews: boolean;
  /** Whether the databases accept the passwords of a locked user. */
  lockedMayUseDatabases: boolean;
  /** Whether the databases accept expired passwords. */
  expiredMayUseDatabases: boolean;
  /** The maximum number of passwords of a user. */
  passwordsMax: number;
  /** Whether the reply to a change of passwords has an `action_uid`. */
  actionUid: boolean;
  errorText: 'description' | 'message';
  /** The version of each node. */
  softwareVersions: string[];
  /** How the password API works: generation A, B or C. */
  generation: 'legacy' | 'adminUnsafe' | 'current';
  /** Whether PUT rejects a login by name (bug RS193817). */
  putRejectsNames: boolean;
  /** `control_plane_basic_authentication`. */
  basicAuthentication: boolean;
  /** Whether a node forwards requests to the primary instead of redirecting the client. */
  handleRedirects: boolean;
  /** Which requests a node redirects, and whether to the primary's address or its name. */
  redirects: 'every request' | 'changes';
  redirectsTo: 'address' | 'name';
  /** Whether deleting a password closes the connections that logged in with it. */
  disconnectOnRemoval: 'enabled' | 'disabled' | 'auto';
};

/** A Redis Enterprise cluster. */
export type Cluster = {
  /** The fully qualified domain name. */
  name: string;
  users: ClusterUser[];
  /** Its Active-Active databases. */
  activeActive: { guid: string; name: string }[];
  policy: ClusterPolicy;
  options: ClusterOptions;
  /** Counts changes. Every reply contains it. */
  stateId: number;
  databases: ClusterDatabase[];
  /** The port of the primary node's API; undefined if no node redirects. */
  primaryPort: number | undefined;
  now: () => number;
  /** Passes changed passwords on to the databases. */
  onPasswords: (user: DatabaseUser) => Promise<void>;
  /** Receives every change of passwords by the API, and the passwords before it. */
  onChange: (change: { method: string; user: ClusterUser; before: string[] }) => void;
  /** Receives every login of a known user to the API. */
  onLogin: (
    login: Record<'name' | 'password', string> & Record<'isAccepted' | 'isRight', boolean>,
  ) => void;
};

export function makeCluster(
  name: string,
  { now, onPasswords }: Pick<Cluster, 'now' | 'onPasswords'>,
): Cluster {
  return {
    name,
    users: [],
    activeActive: [],
    policy: { ...DEFAULT_POLICY },
    options: { ...DEFAULT_OPTIONS },
    stateId: 1,
    primaryPort: undefined,
    databases: [],
    now,
    onPasswords,
    onChange: () => undefined,
    onLogin: () => undefined,
  };
}

// A version of each generation, from Redis' release notes.
const VERSIONS = { legacy: '7.4.6-22', adminUnsafe: '7.22.0-95', current: '7.22.2-79' };

/** Sets the version of every node to one of a generation. */
export function setGeneration({ options }: Cluster, generation: keyof typeof VERSIONS): void {
  Object.assign(options, { generation, softwareVersions: [VERSIONS[generation]] });
}

/** Passes a user's passwords on to the databases, as its status allows. */
export function updateDatabases(cluster: Cluster, user: ClusterUser): Promise<void> {
  const { lockedMayUseDatabases, expiredMayUseDatabases, disconnectOnRemoval } = cluster.options;
  const isShut =
    (isLocked(user, cluster.now()) && !lockedMayUseDatabases) ||
    (user.status === 'password_expired' && !expiredMayUseDatabases);
  const { name, acl } = user;
  const passwords = isShut ? [] : user.passwords;
  const disconnects = disconnectOnRemoval === 'enabled';
  return cluster.onPasswords({ name, acl, passwords, disconnects });
}

/** Adds a user to a cluster and its databases. */
export async function addUser(
  cluster: Cluster,
  user: Pick<ClusterUser, 'name'> & Partial<ClusterUser>,
): Promise<ClusterUser> {
  const added: ClusterUser = {
    ...NEW_USER,
    uid: cluster.users.length + 1,
    passwordIssuedAt: cluster.now(),
    ...user,
  };
  cluster.users.push(added);
  cluster.stateId += 1;
  await updateDatabases(cluster, added);
  return added;
}
