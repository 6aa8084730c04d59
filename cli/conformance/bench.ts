import { randomBytes } from 'node:crypto';
import {
  type Generation,
  generationOf,
  mostRestrictive,
} from '../../lambda/redis-enterprise/version.ts';
import { PREFIX } from './password.ts';
import { readRoles } from './roles.ts';
import { itemsOf, read, type Target } from './target.ts';
import { type Made, makeUser, type Throwaway } from './throwaway.ts';

/** What every trial works on. */
export type Bench = Target & {
  versions: string[];
  /** What the versions are known to do; undefined: one of them is not known. */
  generation: Generation | undefined;
  cluster: Record<string, unknown>;
  policy: Record<string, unknown>;
  /**
   * Who changes the user's passwords. Only the trial `whose-password` may say the admin; undefined:
   * it has not come to an answer.
   */
  changesAs: 'user' | 'admin' | undefined;
  /** May log in to the API and to the database. */
  user: Throwaway;
  /** May log in to the API. */
  other: Throwaway;
  /** Undefined, these two: the cluster has no role for them. */
  none: Throwaway | undefined;
  manager: Throwaway | undefined;
  /** Why the database cannot be tried; undefined: it can. */
  noDatabase: string | undefined;
  /** Ends every wait. */
  signal: AbortSignal;
};

/** Reads what the cluster is, then makes the users; each is in `made` before it can be there. */
export async function openBench(target: Target, made: Made[], signal: AbortSignal): Promise<Bench> {
  const nodes = itemsOf(await read(target, '/v1/nodes'));
  const versions = nodes.map(({ software_version: one }) => String(one));
  const known = versions.map(generationOf).filter((one) => one !== undefined);
  const cluster = { ...Object((await read(target, '/v1/cluster')).json) };
  const policy = { ...Object((await read(target, '/v1/cluster/policy')).json) };
  const roles = await readRoles(target);
  const run = `${PREFIX}${randomBytes(4).toString('hex')}`;
  const make = (kind: string, ...uids: number[]) => {
    signal.throwIfAborted();
    return makeUser(target, made, { name: `${run}-${kind}`, roles: uids, cluster });
  };
  const { viewer, database, none, manager } = roles;
  return {
    ...target,
    versions,
    generation: known.length === versions.length ? mostRestrictive(known) : undefined,
    cluster,
    policy,
    changesAs: undefined,
    user: await make('user', ...new Set([viewer, database ?? viewer])),
    other: await make('other', viewer),
    none: none === undefined ? undefined : await make('none', none),
    manager: manager === undefined ? undefined : await make('manager', manager),
    noDatabase: noDatabase(target, database),
    signal,
  };
}

function noDatabase(target: Target, role: number | undefined): string | undefined {
  if (target.database === undefined) return '--database is not given';
  return role === undefined ? 'the database has no role but those of administrators' : undefined;
}
