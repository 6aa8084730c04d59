import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import { fieldsOf, type JsonObject } from '../json.ts';
import { cached, getCached } from '../redis-enterprise/cache.ts';
import { NODES } from '../redis-enterprise/nodes.ts';
import { toApiError } from '../redis-enterprise/passwords.ts';
import type { ApiReply } from '../redis-enterprise/types.ts';
import type { VersionValue } from '../secret/value.ts';
import { verifyOwnLogin } from '../verification/verify.ts';
import { type Account, usesOwnLogin } from './accounts.ts';
import { withLogin } from './login.ts';

/** What a cluster asks of passwords, as far as it may be read. */
export type Policy = {
  cluster: string;
  isComplex: boolean | undefined;
  minLength: number | undefined;
};

// The most that a cluster can ask for.
const MIN_LENGTH_MAX = 256;

/**
 * Asks every cluster for its rules, and whether the user is one that has passwords at all; nothing
 * is sent to a cluster that has told lately. Throws `cluster_user_not_regular`, and what a login
 * throws.
 * https://redis.io/docs/latest/operate/rs/security/access-control/manage-passwords/password-complexity-rules/
 */
export async function readPolicies(
  value: VersionValue,
  accounts: Account[],
  edges: Context,
): Promise<Policy[]> {
  return Promise.all(
    accounts.map(async (account) => {
      const cluster = account.cluster.name;
      const [rules, users] = await readRules(value, account, edges);
      if (users !== undefined) checkMethod(cluster, users.list, value.username);
      return { cluster, ...parsePolicy(rules.fields) };
    }),
  );
}

/** What a cluster says of passwords and, to an administrator, of users. */
async function readRules(
  value: VersionValue,
  account: Account,
  edges: Context,
): Promise<[rules: ApiReply, users?: ApiReply | undefined]> {
  // Who logs in as itself with a password is a regular user, and may not list the others.
  const isAdmin = !usesOwnLogin(account);
  const known = getCached(account, '/v1/cluster', edges);
  const knownUsers = getCached(account, '/v1/users', edges);
  if (known !== undefined && (knownUsers !== undefined || !isAdmin)) return [known, knownUsers];
  await verifyOwnLogin(value, [account], edges);
  return withLogin(account, value, edges, async (api, login) => {
    // From here on the cluster may send us to its own nodes.
    const nodes = await cached(api, login, NODES, edges);
    // One request that an administrator is denied is enough: the account may be locked.
    if (isAdmin && nodes.status !== 200) throw toApiError(api, `GET ${NODES}`, nodes);
    const users = isAdmin ? await cached(api, login, '/v1/users', edges) : undefined;
    if (users !== undefined && users.status !== 200) throw toApiError(api, 'GET /v1/users', users);
    return [await cached(api, login, '/v1/cluster', edges), users];
  });
}

/** The rules in what `GET /v1/cluster` answers. */
export function parsePolicy(fields: JsonObject): Omit<Policy, 'cluster'> {
  const { password_complexity: isComplex, password_min_length: minLength } = fields;
  const isLength = Number.isInteger(minLength) && Number(minLength) <= MIN_LENGTH_MAX;
  return {
    isComplex: typeof isComplex === 'boolean' ? isComplex : undefined,
    minLength: isLength ? Number(minLength) : undefined,
  };
}

/** The users of a name in what `GET /v1/users` answers. */
export function findUsers(list: unknown[], username: string): JsonObject[] {
  const users = list.map((user): JsonObject => fieldsOf(user) ?? {});
  return users.filter(({ name }) => name === username);
}

function checkMethod(cluster: string, list: unknown[], username: string): void {
  const [user] = findUsers(list, username);
  const method = user?.auth_method ?? 'regular';
  if (method === 'regular') return;
  const isShown = typeof method === 'string' && /^[a-z_]{1,20}$/.test(method);
  const shown = isShown ? method : 'another';
  const what = `cluster ${cluster}: auth_method of the user is ${shown}, allowed is regular`;
  throw new RotationError('cluster_user_not_regular', what);
}
