import { type Account, readAccounts, usesOwnLogin } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import { RotationError, UNCHANGED } from '../../errors.ts';
import type { SecretState } from '../../secret/labels.ts';
import type { SecretValue, VersionValue } from '../../secret/value.ts';
import { findApiRejectionOnce } from '../../verification/api.ts';
import { omittedClusters } from '../omitted-clusters.ts';

const HINT = 'correct email and login in the deployment, then deploy again';

/**
 * Verifies AWSCURRENT's password by one login to the API of each cluster on which the function
 * would log in with another name than before: that name may be another user's, whom each rejected
 * login would bring closer to a lockout. @throws `cluster_login_refused`
 */
export async function checkChangedLogins(
  before: VersionValue,
  next: SecretValue,
  state: SecretState,
  context: Context,
): Promise<void> {
  if (before.password === undefined) return;
  // If the former fields have become invalid, no login is known to be valid.
  const former = await readAccounts(context, before, state).catch(() => []);
  const known = new Set(former.filter(logsIn).map(loginOf));
  const joined = await omittedClusters(next, before, context);
  // The rotation adds the password where an administrator can: it is not valid there yet.
  const isAdded = (one: Account) => joined.includes(one.cluster.name) && !usesOwnLogin(one);
  const changed = (await readAccounts(context, next, state)).filter(
    (one) => logsIn(one) && !known.has(loginOf(one)) && !isAdded(one),
  );
  for (const account of changed) {
    const value = { ...before, apiLoginName: account.apiLoginName };
    const rejection = await findApiRejectionOnce(value, account, context);
    if (rejection === undefined) continue;
    const what = `${UNCHANGED}: ${rejection.where} rejected the login with the new fields`;
    throw new RotationError('cluster_login_refused', what, { hint: HINT });
  }
}

/** Whether the function logs in to the API as the user, or to verify the user's password. */
function logsIn(account: Account): boolean {
  return usesOwnLogin(account) || account.endpoints.length === 0;
}

function loginOf({ cluster, apiLoginName }: Account): string {
  return `${cluster.name} ${apiLoginName}`;
}
