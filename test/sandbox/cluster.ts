import { type ClusterPolicy, type ClusterUser, DEFAULT_POLICY } from './cluster-users.ts';

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
  /** The status for a locked user. */
  lockedStatus: 401 | 403;
  /** Whether adding or replacing a password unlocks a user. */
  changeUnlocks: boolean;
  /** How many passwords a user may have. */
  passwordsMax: number;
  /** Whether a change of passwords answers with an `action_uid`. */
  actionUid: boolean;
  /** Where an error's text stands: the pages and the OpenAPI document differ. */
  errorText: 'description' | 'message';
  /** The version of each node, and what the password API of that version does. */
  softwareVersions: string[];
  generation: 'A' | 'B' | 'C';
  /** Whether deleting a password closes the connections that logged in with it. */
  disconnectOnRemoval: 'enabled' | 'disabled' | 'auto';
};

const DEFAULT_OPTIONS: ClusterOptions = {
  deleteAbsent: 400,
  addPresent: 'new_password_same_as_current',
  lastPasswordFirst: false,
  noneMayUseApi: false,
  userManagerMayChange: false,
  lockedStatus: 401,
  changeUnlocks: false,
  passwordsMax: Number.POSITIVE_INFINITY,
  actionUid: false,
  errorText: 'description',
  softwareVersions: ['7.22.2-79'],
  generation: 'C',
  disconnectOnRemoval: 'disabled',
};

/** A Redis Enterprise cluster: its users, and what its administrator and its version decide. */
export type Cluster = {
  /** The fully qualified domain name. */
  name: string;
  users: ClusterUser[];
  policy: ClusterPolicy;
  options: ClusterOptions;
  /** Counts changes; every reply carries it. */
  stateId: number;
  now: () => number;
  /** Tells the databases of a changed list of passwords. */
  onPasswords: (user: ClusterUser) => Promise<void>;
};

export function makeCluster(
  name: string,
  { now, onPasswords }: Pick<Cluster, 'now' | 'onPasswords'>,
): Cluster {
  const policy = { ...DEFAULT_POLICY };
  const options = { ...DEFAULT_OPTIONS };
  return { name, users: [], policy, options, stateId: 1, now, onPasswords };
}

// One version of each generation, as Redis' release notes have them.
const VERSIONS = { A: '7.4.6-22', B: '7.22.0-95', C: '7.22.2-79' };

/** Makes all nodes of a cluster run a version of a generation. */
export function setGeneration({ options }: Cluster, generation: 'A' | 'B' | 'C'): void {
  Object.assign(options, { generation, softwareVersions: [VERSIONS[generation]] });
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
    authMethod: 'regular',
    status: 'active',
    refusedAt: [],
    lockedUntil: 0,
    ...user,
  };
  cluster.users.push(added);
  cluster.stateId += 1;
  await cluster.onPasswords(added);
  return added;
}
