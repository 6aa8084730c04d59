import type { DatabaseUser } from '../database/database.ts';
import type { Cluster } from './cluster.ts';
import { type ClusterUser, NEW_USER } from './users.ts';

/** A database of a cluster, and the list of passwords of its default user. */
export type ClusterDatabase = {
  uid: number;
  name: string;
  endpoints: { dns_name: string; addr: string[]; port: number }[];
  /** `default_user`: whether clients may log in as the default user. */
  hasDefaultUser: boolean;
  /** `crdt`: whether it is Active-Active. */
  isActiveActive: boolean;
  /** The default user. If it has no password, the database accepts every client (`nopass`). */
  user: ClusterUser;
  options: DatabaseApiOptions;
  /** Passes the default user on to the database. */
  onPasswords: (user: DatabaseUser) => Promise<void>;
};

/** What Redis' documentation leaves open about `/v1/bdbs/{uid}/passwords`. */
export type DatabaseApiOptions = {
  /** The status of a POST of a present password. */
  addPresent: 200 | 400 | 406 | 409;
  /** The status of a PUT of a present password. Except 200: the list stays as it is. */
  replacePresent: 200 | 400 | 404 | 406;
  /** The status of a DELETE of an absent password. */
  deleteAbsent: 200 | 400 | 404 | 406;
  /** The status of a DELETE of the last password. 200: the database has no password afterwards. */
  deleteLast: 200 | 400 | 406;
  /** Whether the cluster's rules for passwords apply. */
  isComplexityChecked: boolean;
  /** `mask_bdb_credentials`: whether GET hides the passwords. */
  isMasked: boolean;
  /** Whether a DELETE removes every password, so that the database has none. */
  deletesAll: boolean;
  /** The number of requests that the API answers with 409 because the database is busy. */
  busyReplies: number;
};

const DEFAULT_OPTIONS: DatabaseApiOptions = {
  addPresent: 406,
  replacePresent: 200,
  deleteAbsent: 404,
  deleteLast: 406,
  isComplexityChecked: true,
  isMasked: false,
  deletesAll: false,
  busyReplies: 0,
};

/** Adds a database, without a default user, to the list of a cluster. */
export function addDatabase(
  { databases, now }: Cluster,
  port: number,
  onPasswords: ClusterDatabase['onPasswords'],
): ClusterDatabase {
  const added: ClusterDatabase = {
    uid: databases.length + 1,
    name: `orders-${databases.length + 1}`,
    endpoints: [{ dns_name: 'localhost', addr: ['127.0.0.1'], port }],
    hasDefaultUser: false,
    isActiveActive: false,
    user: { ...NEW_USER, uid: 0, name: 'default', passwordIssuedAt: now() },
    options: { ...DEFAULT_OPTIONS },
    onPasswords,
  };
  databases.push(added);
  return added;
}

/** Turns the default user of a database on, with these passwords. */
export async function setDefaultUser(
  database: ClusterDatabase,
  passwords: string[],
): Promise<ClusterUser> {
  database.hasDefaultUser = true;
  database.user.passwords = passwords;
  await updateShards(database);
  return database.user;
}

/** Passes the default user on to the database. */
export function updateShards({ user, onPasswords }: ClusterDatabase): Promise<void> {
  return onPasswords({ ...user, isOpen: user.passwords.length === 0 });
}

/**
 * Returns the body of `GET /v1/bdbs`: the fields that `fields` names or, without it, all fields
 * and the passwords.
 */
export function listDatabases({ databases }: Cluster, fields: string | null): object[] {
  const named = fields?.split(',');
  return databases.map((database) => {
    const { uid, name, endpoints, hasDefaultUser, isActiveActive, user, options } = database;
    const all = {
      ...{ uid, name, endpoints, port: 0, dns_address_master: '' },
      roles_permissions: [{ role_uid: 7, redis_acl_uid: 1 }],
      // Some versions leave out a field that has its default value.
      ...(hasDefaultUser ? {} : { default_user: false }),
      ...(isActiveActive && { crdt: true, crdt_guid: 'f3a1' }),
      authentication_redis_pass: options.isMasked ? '*****' : (user.passwords[0] ?? ''),
      authentication_admin_pass: options.isMasked ? '*****' : (user.passwords.at(-1) ?? ''),
    };
    return Object.fromEntries(
      Object.entries(all).filter(([key]) => named === undefined || named.includes(key)),
    );
  });
}
