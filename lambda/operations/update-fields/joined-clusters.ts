import { type Account, usesOwnLogin } from '../../cluster/accounts.ts';
import { openPasswordApi } from '../../cluster/password-api.ts';
import { checkAuthMethod, findUsers } from '../../cluster/users.ts';
import type { Context } from '../../context.ts';
import { RotationError } from '../../errors.ts';
import { toApiError } from '../../redis-enterprise/api-error.ts';
import { cachedRead } from '../../redis-enterprise/read.ts';
import { PREVIOUS, type SecretState, versionWithLabel } from '../../secret/labels.ts';
import type { SecretValue, VersionValue } from '../../secret/value.ts';
import { findValidValue } from '../../secret/versions.ts';
import { findRejection } from '../../verification/verify.ts';
import { omittedClusters } from '../omitted-clusters.ts';

const JOINED_HINT =
  'add the password of AWSCURRENT to the user on that cluster, or give the cluster an ' +
  'admin-secret-arn and version 7.22.0-216 or later, then deploy again';

/**
 * Whether a cluster joins, or joined with AWSPREVIOUS's password: an interrupted run may have moved
 * AWSCURRENT, and no rotation has added a password there since.
 */
export async function hasJoined(
  before: VersionValue,
  next: SecretValue,
  state: SecretState,
  context: Context,
): Promise<boolean> {
  const { id = before.versionId } = versionWithLabel(state, PREVIOUS) ?? {};
  const previous = await findValidValue(context, id);
  const isSame = previous?.username === before.username && previous.password === before.password;
  for (const value of isSame ? [before, previous] : [before]) {
    if ((await omittedClusters(next, value, context)).length > 0) return true;
  }
  return false;
}

/**
 * Checks that a rotation can add a password on the clusters that join.
 * @throws `cluster_user_not_found`, or `current_password_refused` if a cluster must accept
 * AWSCURRENT's password for that and rejects it.
 */
export async function checkJoined(
  before: VersionValue,
  next: SecretValue,
  accounts: Account[],
  context: Context,
): Promise<void> {
  const joined = await omittedClusters(next, before, context);
  const value = { ...before, ssl: next.ssl, apiLoginName: next.apiLoginName };
  for (const account of accounts.filter(({ cluster }) => joined.includes(cluster.name))) {
    if (await canAdministratorAdd(account, value, context)) continue;
    const rejection = await findRejection(value, [account], context);
    if (rejection === undefined) continue;
    const what = `${rejection.where} rejected the password of AWSCURRENT, and clusters adds it`;
    throw new RotationError('current_password_refused', what, { hint: JOINED_HINT });
  }
}

/** Whether an administrator can add a password for the user without a known one. */
async function canAdministratorAdd(
  account: Account,
  value: VersionValue,
  context: Context,
): Promise<boolean> {
  if (usesOwnLogin(account)) return false;
  const { name } = account.cluster;
  const { session, isLegacy } = await openPasswordApi(account, value, context);
  const users = await cachedRead(session, '/v1/users', { isFresh: true });
  if (users.status !== 200) throw toApiError(session, 'GET /v1/users', users);
  if (findUsers(users.list, account.username).length === 0) {
    const what = `cluster ${name} has no user of the name in the tag, and clusters adds it`;
    throw new RotationError('cluster_user_not_found', what);
  }
  checkAuthMethod(name, users.list, account.username);
  return isLegacy === false;
}
