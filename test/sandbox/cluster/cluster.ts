import type { DatabaseUser } from '../database/database.ts';
import { type ClusterPolicy, type ClusterUser, DEFAULT_POLICY, isLocked } from './users.ts';

/** What Redis' documentation leaves open; the defaults are its most documented reading. */
export type ClusterOptions = {
  /** The status of deleting a password that is not in the list. */
  deleteAbsent: 200 | 400 | 404;
  /** What adding a password that is in the list answers. */
  addPresent: 'new_password_same_as_current' | 'ok';
  /** Whether the last password is protected before the one to delete is looked for. */
  lastPasswordFirst: boolean;
  /** Whether the role `none` may log in to the API and change its own passwords. */
  noneMayUseApi: boolean;
  /** Whether the role `user_manager` may change the passwords of others. */
  userManagerMayChange: boolean;
  /** By what the API, and its Basic authentication, know a user. */
  identifies: 'name or email' | 'name' | 'email';
  /** Whether logins that a database refuses count towards the lock-out. */
  databaseLoginsCount: boolean;
  /** The status for a locked user. */
  lockedStatus: 401 | 403;
  /** What "no more than three repeating characters" means. */
  repeating: 'in a row' | 'in all';
  /** Until 6.2.12 a letter stood at both ends, and the user's name counted as its email does. */
  complexity: 'today' | 'before 6.2.12';
  /** Whether adding or replacing a password unlocks a user. */
  changeUnlocks: boolean;
  /** Whether adding a password, as replacing all does, ends a user's expiry. */
  addRenews: boolean;
  /** Whether the databases take the passwords of a user that is locked, or whose have expired. */
  lockedMayUseDatabases: boolean;
  expiredMayUseDatabases: boolean;
  /** How many passwords a user may have. */
  passwordsMax: number;
  /** Whether a change of passwords answers with an `action_uid`. */
  actionUid: boolean;
  /** Where an error's text stands: the pages and the OpenAPI document differ. */
  errorText: 'description' | 'message';
  /** The version of each node, and what the password API of that version does. */
  softwareVersions: string[];
  generation: 'legacy' | 'adminUnsafe' | 'current';
  /** Whether the API takes a name and a password, `control_plane_basic_authentication`. */
  basicAuthentication: boolean;
  /** Whether a node passes requests on to the primary, instead of sending the client there. */
  handleRedirects: boolean;
  /** Which requests it sends there, and to the primary's address or its name. */
  redirects: 'every request' | 'changes';
  redirectsTo: 'address' | 'name';
  /** Whether deleting a password closes the connections that logged in with it. */
  disconnectOnRemoval: 'enabled' | 'disabled' | 'auto';
};

const DEFAULT_OPTIONS: ClusterOptions = {
  deleteAbsent: 400,
  addPresent: 'new_password_same_as_current',
  lastPasswordFirst: false,
  noneMayUseApi: false,
  userManagerMayChange: false,
  identifies: 'name or email',
  databaseLoginsCount: false,
  lockedStatus: 401,
  repeating: 'in a row',
  complexity: 'today',
  changeUnlocks: false,
  addRenews: false,
  lockedMayUseDatabases: true,
  expiredMayUseDatabases: true,
  passwordsMax: Number.POSITIVE_INFINITY,
  actionUid: false,
  errorText: 'description',
  softwareVersions: ['7.22.2-79'],
  generation: 'current',
  basicAuthentication: true,
  handleRedirects: false,
  redirects: 'every request',
  redirectsTo: 'address',
  disconnectOnRemoval: 'disabled',
};

/** A Redis Enterprise cluster: its users, and what its administrator and its version decide. */
export type Cluster = {
  /** The fully qualified domain name. */
  name: string;
  users: ClusterUser[];
  /** Its Active-Active databases. */
  activeActive: { guid: string; name: string }[];
  policy: ClusterPolicy;
  options: ClusterOptions;
  /** Counts changes; every reply carries it. */
  stateId: number;
  /** The port of its database; undefined: it has none. */
  databasePort: number | undefined;
  /** The port of the primary node's API; undefined: every node answers by itself. */
  primaryPort: number | undefined;
  now: () => number;
  /** Tells the databases of a changed list of passwords. */
  onPasswords: (user: DatabaseUser) => Promise<void>;
  /** Sees every change of passwords over the API, `before` the list that the user had. */
  onChange: (change: { method: string; user: ClusterUser; before: string[] }) => void;
  /** Sees every login of a known user to the API. */
  onLogin: (
    login: Record<'name' | 'password', string> & Record<'isAccepted' | 'isRight', boolean>,
  ) => void;
};

export function makeCluster(
  name: string,
  { now, onPasswords }: Pick<Cluster, 'now' | 'onPasswords'>,
): Cluster {
  const policy = { ...DEFAULT_POLICY };
  const options = { ...DEFAULT_OPTIONS };
  return {
    name,
    users: [],
    activeActive: [],
    policy,
    options,
    stateId: 1,
    primaryPort: undefined,
    databasePort: undefined,
    now,
    onPasswords,
    onChange: () => undefined,
    onLogin: () => undefined,
  };
}

// One version of each generation, as Redis' release notes have them.
const VERSIONS = { legacy: '7.4.6-22', adminUnsafe: '7.22.0-95', current: '7.22.2-79' };

/** Makes all nodes of a cluster run a version of a generation. */
export function setGeneration({ options }: Cluster, generation: keyof typeof VERSIONS): void {
  Object.assign(options, { generation, softwareVersions: [VERSIONS[generation]] });
}

/** Tells the databases what a user's passwords are, as far as its status lets them know. */
export function tellDatabases(cluster: Cluster, user: ClusterUser): Promise<void> {
  const { lockedMayUseDatabases, expiredMayUseDatabases, disconnectOnRemoval } = cluster.options;
  const isShut =
    (isLocked(user, cluster.now()) && !lockedMayUseDatabases) ||
    (user.status === 'password_expired' && !expiredMayUseDatabases);
  const { name, acl } = user;
  const passwords = isShut ? [] : user.passwords;
  return cluster.onPasswords({
    name,
    acl,
    passwords,
    disconnects: disconnectOnRemoval === 'enabled',
  });
}

/** Adds a user and makes it known to the databases. */
export async function addUser(
  cluster: Cluster,
  user: Pick<ClusterUser, 'name'> & Partial<ClusterUser>,
): Promise<ClusterUser> {
  const added: ClusterUser = {
    uid: cluster.users.length + 1,
    email: '',
    role: 'none',
    passwords: [],
    acl: '+@all -@admin -@dangerous',
    certificateSubjectLine: '',
    authMethod: 'regular',
    status: 'active',
    passwordIssuedAt: cluster.now(),
    refusedAt: [],
    lockedUntil: 0,
    ...user,
  };
  cluster.users.push(added);
  cluster.stateId += 1;
  await tellDatabases(cluster, added);
  return added;
}
