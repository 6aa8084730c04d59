import { itemsOf, read, type Target } from './target.ts';

/** The roles of the throw-away users, by uid; undefined: the cluster has none that fits. */
export type Roles = {
  viewer: number;
  none: number | undefined;
  manager: number | undefined;
  database: number | undefined;
};

// They log in to the API and manage no users; the least comes first.
const VIEWERS = ['db_viewer', 'cluster_viewer', 'db_member', 'cluster_member'];

/** Picks roles that the cluster has, and never an administrator's. */
export async function readRoles(target: Target): Promise<Roles> {
  const roles = itemsOf(await read(target, '/v1/roles'));
  const uidOf = (...managements: string[]) => {
    const found = managements
      .map((management) => roles.find((role) => role.management === management))
      .find((role) => role !== undefined);
    return found === undefined ? undefined : Number(found.uid);
  };
  const viewer = uidOf(...VIEWERS);
  if (viewer === undefined) {
    throw new Error(
      `the cluster has no role of management ${VIEWERS.join(', ')}: nothing is tried`,
    );
  }
  const harmless = roles
    .filter(({ management }) => ['none', ...VIEWERS].includes(String(management)))
    .map(({ uid }) => Number(uid));
  const bound = await boundRoles(target);
  return {
    viewer,
    none: uidOf('none'),
    manager: uidOf('user_manager'),
    database: bound.find((uid) => harmless.includes(uid)),
  };
}

/** The roles that may use the database; throws where the cluster has no such database. */
async function boundRoles(target: Target): Promise<number[]> {
  const { database } = target;
  if (database === undefined) return [];
  const bdbs = itemsOf(await read(target, '/v1/bdbs'));
  const bdb = bdbs.find(({ endpoints }) =>
    [...Object(endpoints ?? [])].some((one) => Object(one).port === database.port),
  );
  if (bdb === undefined) throw new Error(`the cluster has no database on port ${database.port}`);
  return [...Object(bdb.roles_permissions ?? [])].map((one) => Number(Object(one).role_uid));
}
