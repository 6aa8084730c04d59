import { randomBytes, randomInt } from 'node:crypto';
import { complexPassword } from '../../lambda/complex-password.ts';
import {
  type Generation,
  generationOf,
  worstOf,
} from '../../lambda/redis-enterprise/generation.ts';
import { type Answer, type Login, type Rest, show } from './rest.ts';

/** A database of the cluster, where one was named. */
export type Database = { host: string; port: number; isPlain: boolean };

export type Target = {
  rest: Rest;
  admin: Login;
  caCertificate: string | undefined;
  serverName: string | undefined;
  database: Database | undefined;
};

/** A user that is made for the trials and removed after them. */
export type Throwaway = { uid: number; name: string; email: string };

/** What every trial works on. */
export type Bench = Target & {
  versions: string[];
  generation: Generation | undefined;
  cluster: Record<string, unknown>;
  policy: Record<string, unknown>;
  /** May log in to the API and to the database. */
  user: Throwaway;
  /** May log in to the API. */
  other: Throwaway;
  none: Throwaway;
  manager: Throwaway;
};

const PREFIX = 'rotation-conformance-';
const LENGTH = 32;
const CHARACTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.';

/** A password that satisfies every reading of the rules. */
export function newPassword(length = LENGTH): string {
  for (;;) {
    const drawn = Array.from({ length: 4_096 }, () => CHARACTERS[randomInt(CHARACTERS.length)]);
    const found = complexPassword(drawn.join(''), length, [PREFIX]);
    if (found !== undefined) return found;
  }
}

/** Makes the users, runs `act`, and removes the users whatever happens; gives what is left. */
export async function withBench(
  target: Target,
  act: (bench: Bench) => Promise<void>,
): Promise<string[]> {
  const run = `${PREFIX}${randomBytes(4).toString('hex')}`;
  try {
    const nodes = await read(target, '/v1/nodes');
    const versions = itemsOf(nodes).map(({ software_version: one }) => String(one));
    const known = versions.map(generationOf).filter((one) => one !== undefined);
    const roles = itemsOf(await read(target, '/v1/roles'));
    const roleOf = (management: string) =>
      roles.filter((one) => one.management === management).slice(0, 1);
    const make = (kind: string, uids: unknown[]) => makeUser(target, `${run}-${kind}`, uids);
    const uidsOf = (management: string) => roleOf(management).map(({ uid }) => uid);
    await act({
      ...target,
      versions,
      generation: known.length === versions.length ? worstOf(known) : undefined,
      cluster: { ...Object((await read(target, '/v1/cluster')).json) },
      policy: { ...Object((await read(target, '/v1/cluster/policy')).json) },
      user: await make('user', [...uidsOf('db_viewer'), ...(await databaseRoles(target))]),
      other: await make('other', uidsOf('db_viewer')),
      none: await make('none', uidsOf('none')),
      manager: await make('manager', uidsOf('user_manager')),
    });
  } catch (error) {
    const left = await removeUsers(target, run);
    if (left.length === 0) throw error;
    throw new Error(`${error}; remove these users by hand: ${left.join(', ')}`, { cause: error });
  }
  return removeUsers(target, run);
}

/** Removes what a run has made, and gives the names of what is left. */
async function removeUsers(target: Target, run: string): Promise<string[]> {
  try {
    // By name, since the reply to a creation may have been lost.
    for (const { uid } of await usersOf(target, run)) {
      await target.rest(target.admin, 'DELETE', `/v1/users/${uid}`);
    }
    return (await usersOf(target, run)).map(({ name }) => name);
  } catch {
    return [`those whose names start with ${run}`];
  }
}

async function makeUser(target: Target, name: string, uids: unknown[]): Promise<Throwaway> {
  const email = `${name}@conformance.invalid`;
  const body = { name, email, password: newPassword(), role_uids: uids, email_alerts: false };
  const answer = await target.rest(target.admin, 'POST', '/v1/users', body);
  const { uid } = Object(answer.json);
  if (answer.status === 200 && typeof uid === 'number') return { uid, name, email };
  throw new Error(`the cluster answered POST /v1/users with ${show(answer)}`);
}

/** A role that may use the database. */
async function databaseRoles(target: Target): Promise<unknown[]> {
  const { database } = target;
  if (database === undefined) return [];
  const bdbs = itemsOf(await read(target, '/v1/bdbs'));
  const bdb = bdbs.find(({ endpoints }) =>
    [...Object(endpoints ?? [])].some((one) => Object(one).port === database.port),
  );
  const [bound] = [...Object(bdb?.roles_permissions ?? [])];
  if (bound !== undefined) return [Object(bound).role_uid];
  throw new Error(`the cluster has no database with a role on port ${database.port}`);
}

async function usersOf(target: Target, run: string): Promise<Throwaway[]> {
  const users = itemsOf(await target.rest(target.admin, 'GET', '/v1/users'));
  const ours = users.filter(({ name }) => String(name).startsWith(run));
  return ours.map(({ uid, name, email }) => ({
    uid: Number(uid),
    name: String(name),
    email: String(email),
  }));
}

async function read(target: Target, path: string): Promise<Answer> {
  const answer = await target.rest(target.admin, 'GET', path);
  if (answer.status === 200) return answer;
  const hint =
    answer.status === 307 ? '; name the primary node' : '; the login has to be that of an admin';
  throw new Error(`the cluster answered GET ${path} with ${show(answer)}${hint}`);
}

function itemsOf({ json }: Answer): Record<string, unknown>[] {
  return Array.isArray(json) ? json.map((one) => ({ ...Object(one) })) : [];
}
