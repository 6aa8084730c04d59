import { type Account, usesOwnLogin } from '../../cluster/accounts.ts';
import { openPasswordApi } from '../../cluster/password-api.ts';
import { wasRejected } from '../../cluster/rejected-logins.ts';
import type { Context } from '../../context.ts';
import { RotationError } from '../../errors.ts';
import { loginRejected } from '../../redis-enterprise/api-error.ts';
import { AUTHORIZE, authorize } from '../../redis-enterprise/authorize.ts';
import {
  isLive,
  PREVIOUS,
  REPLACING,
  type SecretState,
  versionWithLabel,
} from '../../secret/labels.ts';
import { isSameUser } from '../../secret/user.ts';
import type { VersionValue } from '../../secret/value.ts';
import { findValue } from '../../secret/versions.ts';
import { findRejection } from '../../verification/verify.ts';
import { openProtectedApi } from '../protected-api.ts';

/**
 * Returns the versions of a user whose passwords may log in, most likely first: AWSCURRENT, then
 * the versions that an interrupted replaceAll wrote (REPLACING) and replaced (AWSPREVIOUS), then
 * all other live versions, newest first.
 */
export async function findCandidates(
  current: VersionValue,
  state: SecretState,
  context: Context,
): Promise<VersionValue[]> {
  const live = state.versions.filter((one) => isLive(one) && one.id !== current.versionId);
  // A version that cannot be read must not stop a replaceAll: findOmitted reports it at the end.
  const read = live.map(({ id }) => findValue(context, id).catch(() => undefined));
  const same = (await Promise.all(read)).flatMap((value) =>
    value?.password !== undefined && isSameUser(value, current) ? [value] : [],
  );
  same.sort((one, other) => (other.createdAt ?? 0) - (one.createdAt ?? 0));
  const likely = [REPLACING, PREVIOUS].map((label) => versionWithLabel(state, label)?.id);
  const first = likely.flatMap((id) => same.filter(({ versionId }) => versionId === id));
  return [...new Set([current, ...first, ...same])];
}

/**
 * Finds the version whose password a cluster accepts. In self mode it is the login; in admin mode,
 * the legacy generation requires it in the request. @throws the error with which the login failed.
 */
export async function findLogin(
  account: Account,
  candidates: VersionValue[],
  current: VersionValue,
  context: Context,
): Promise<VersionValue> {
  const isAdmin = !usesOwnLogin(account);
  if (isAdmin && (await openProtectedApi(account, current, context)).isLegacy === false) {
    return current;
  }
  for (const candidate of tryable(account, candidates, current, context)) {
    // In self mode without a database, the request below verifies the password.
    const isVerifiable = account.endpoints.length > 0 || isAdmin;
    if (isVerifiable && (await findRejection(candidate, [account], context))) continue;
    if (!isAdmin) await checkApiLogin(account, candidate, context);
    return candidate;
  }
  const what = `cluster ${account.cluster.name} rejected every password of the user in the secret`;
  // Not the hint to roll back: an earlier password may have leaked.
  const hint = 'set a valid password of the user in the secret';
  throw new RotationError('current_password_refused', what, { hint });
}

/** Without a database, returns only one candidate: a second rejected login may lock the account. */
function tryable(
  { cluster, endpoints }: Account,
  candidates: VersionValue[],
  current: VersionValue,
  context: Context,
): VersionValue[] {
  if (endpoints.length > 0) return candidates;
  const isUntried = ({ apiLoginName: name, password }: VersionValue) =>
    !wasRejected({ cluster: cluster.name, name, password }, context);
  return [candidates.find(isUntried) ?? current];
}

async function checkApiLogin(
  account: Account,
  login: VersionValue,
  context: Context,
): Promise<void> {
  const { session, isLegacy } = await openPasswordApi(account, login, context);
  if ((await authorize(session, isLegacy)) === 'rejected') {
    throw loginRejected(session, { request: AUTHORIZE, status: 401 }, 'before any change');
  }
}
