import { readAsAdmin, type Target } from './admin.ts';
import { itemsOf } from './api.ts';

/** The uids of the test users' roles; undefined if the cluster has no such role. */
export type Roles = {
  viewer: number;
  none: number | undefined;
  manager: number | undefined;
  database: number | undefined;
};

// They log in to the API and do not manage users; the least privileged one first.
const VIEWERS = ['db_viewer', 'cluster_viewer', 'db_member', 'cluster_member'];

/** Chooses roles of the cluster, and never an administrator's. */
export async function readRoles(target: Target): Promise<Roles> {
  const roles = itemsOf(await readAsAdmin(target, '/v1/roles'));
  const uidOf = (...managements: string[]) => {
    const found = managements
      .map((management) => roles.find((role) => role.management === management))
      .find((role) => role !== undefined);
    return found === undefined ? undefined : Number(found.uid);
  };
  const viewer = uidOf(...VIEWERS);
  if (viewer === undefined) {
    throw new Error(`the cluster has no role with management ${VIEWERS.join(', ')}`);
  }
  const harmless = roles
    .filter(({ management }) => ['none', ...VIEWERS].includes(String(management)))
    .map(({ uid }) => Number(uid));
  const databaseRoles = await readDatabaseRoles(target);
  return {
    viewer,
    none: uidOf('none'),
    manager: uidOf('user_manager'),
    database: databaseRoles.find((uid) => harmless.includes(uid)),
  };
}

/** Reads which roles may use the database, and throws if the cluster has no such database. */
async function readDatabaseRoles(target: Target): Promise<number[]> {
  const { database } = target;
  if (database === undefined) return [];
  const bdbs = itemsOf(await readAsAdmin(target, '/v1/bdbs'));
  const bdb = bdbs.find(({ endpoints }) =>
    [...Object(endpoints ?? [])].some((endpoint) => Object(endpoint).port === database.port),
  );
  if (bdb === undefined) throw new Error(`the cluster has no database on port ${database.port}`);
  return [...Object(bdb.roles_permissions ?? [])].map((role) => Number(Object(role).role_uid));
}
