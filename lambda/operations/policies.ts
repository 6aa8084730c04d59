import { type Account, usesOwnLogin } from '../cluster/accounts.ts';
import { openSession } from '../cluster/login.ts';
import { openPasswordApi } from '../cluster/password-api.ts';
import { parsePolicy } from '../cluster/password-policy.ts';
import { checkAuthMethod } from '../cluster/users.ts';
import type { Context } from '../context.ts';
import type { PasswordPolicy } from '../password/generate.ts';
import { toApiError } from '../redis-enterprise/api-error.ts';
import { getCached } from '../redis-enterprise/cache.ts';
import { NODES } from '../redis-enterprise/nodes.ts';
import { cachedRead } from '../redis-enterprise/read.ts';
import type { ApiReply } from '../redis-enterprise/types.ts';
import { DEFAULT_USER } from '../secret/user.ts';
import type { VersionValue } from '../secret/value.ts';
import { checkProtected } from '../verification/check-protected.ts';
import { verifyOwnLogin } from '../verification/verify.ts';

/** Reads the password rules of several clusters, each with a login, one after the other. */
export async function readPolicies(
  logins: Iterable<[Account, VersionValue]>,
  context: Context,
): Promise<PasswordPolicy[]> {
  const policies: PasswordPolicy[] = [];
  // Not at the same time: the list of users of a cluster may have 10 MB.
  for (const [account, login] of logins) policies.push(await readPolicy(login, account, context));
  return policies;
}

/**
 * Reads the password rules of a cluster, and checks that the passwords of the user can be changed.
 * Sends no request for a user, unlike for a default user, if the replies are cached.
 * @throws `cluster_user_not_regular`, what `openPasswordApi` and `checkProtected` throw for a
 * default user, and what a login throws.
 */
async function readPolicy(
  value: VersionValue,
  account: Account,
  context: Context,
): Promise<PasswordPolicy> {
  const { name } = account.cluster;
  if (account.username === DEFAULT_USER) {
    await checkProtected(value, account);
    await openPasswordApi(account, value, context);
  }
  const { cluster, users } = await readReplies(value, account, context);
  if (users !== undefined) checkAuthMethod(name, users.list, value.username);
  return { cluster: name, ...parsePolicy(cluster.fields) };
}

/** The replies of a cluster; `users` for an administrator only. */
type Replies = { cluster: ApiReply; users: ApiReply | undefined };

async function readReplies(
  value: VersionValue,
  account: Account,
  context: Context,
): Promise<Replies> {
  // A user that logs in with its own password is regular, and may not list other users. The list
  // does not have default users.
  const isAdmin = !usesOwnLogin(account) && account.username !== DEFAULT_USER;
  const cluster = getCached(account.cluster, '/v1/cluster', context);
  const users = getCached(account.cluster, '/v1/users', context);
  if (cluster !== undefined && (users !== undefined || !isAdmin)) return { cluster, users };
  await verifyOwnLogin(value, [account], context);
  const session = await openSession(account, value, context);
  // Read the nodes first: a later request may be redirected to one of them.
  const nodes = await cachedRead(session, NODES);
  // Stop after one denied request of an administrator: the account may be locked.
  if (isAdmin && nodes.status !== 200) throw toApiError(session, `GET ${NODES}`, nodes);
  const read = isAdmin ? await cachedRead(session, '/v1/users') : undefined;
  if (read !== undefined && read.status !== 200) throw toApiError(session, 'GET /v1/users', read);
  return { cluster: await cachedRead(session, '/v1/cluster'), users: read };
}
