import { type Account, isSameUser, usesOwnLogin } from '../cluster/accounts.ts';
import { withChange } from '../cluster/change-passwords.ts';
import { wasRefused } from '../cluster/rejected-logins.ts';
import type { Context } from '../context.ts';
import { RotationError, toRotationError } from '../errors.ts';
import { authorize, replacePasswords } from '../redis-enterprise/passwords.ts';
import { loginRefused } from '../redis-enterprise/types.ts';
import {
  isLive,
  PREVIOUS,
  REPLACING,
  type SecretState,
  versionWithLabel,
} from '../secret/labels.ts';
import { requirePassword, type VersionValue } from '../secret/value.ts';
import { findValue } from '../secret/versions.ts';
import { withLogging } from '../telemetry/log.ts';
import {
  assertAccepted,
  isRejectedEverywhere,
  verifyOnDatabases,
  verifyPassword,
} from '../verification/verify.ts';

/**
 * Returns AWSCURRENT, then the other live versions of the same user: what an interrupted replaceAll
 * put on some clusters and what it left on the others, then the newest first.
 */
export async function findCandidates(
  current: VersionValue,
  staging: SecretState,
  edges: Context,
): Promise<VersionValue[]> {
  const live = staging.versions.filter((one) => isLive(one) && one.id !== current.versionId);
  // LIVE on an invalid value must not stop a replaceAll.
  const read = live.map(({ id }) => findValue(edges, id).catch(() => undefined));
  const same = (await Promise.all(read)).flatMap((value) =>
    value?.password !== undefined && isSameUser(value, current) ? [value] : [],
  );
  same.sort((one, other) => (other.createdAt ?? 0) - (one.createdAt ?? 0));
  const likely = [REPLACING, PREVIOUS].map((label) => versionWithLabel(staging, label)?.id);
  const first = likely.flatMap((id) => same.filter(({ versionId }) => versionId === id));
  return [...new Set([current, ...first, ...same])];
}

/**
 * Finds the version whose password a cluster accepts, as the login or, for an administrator of
 * generation A, beside it. Without a database one password is tried: the first one that was not
 * rejected lately. @throws the error with which the login failed.
 */
export async function findLogin(
  account: Account,
  candidates: VersionValue[],
  current: VersionValue,
  edges: Context,
): Promise<VersionValue> {
  const { cluster, endpoints } = account;
  const isAdmin = !usesOwnLogin(account);
  if (
    isAdmin &&
    (await withChange(account, current, edges, async (api) => api.isLegacy === false))
  ) {
    return current;
  }
  const isUntried = ({ versionId }: VersionValue) =>
    !wasRefused({ cluster: cluster.name, versionId }, edges);
  const hasDatabase = endpoints.length > 0;
  for (const login of hasDatabase ? candidates : [candidates.find(isUntried) ?? current]) {
    // In self mode without a database, the request below verifies the password.
    const isAsked = hasDatabase || isAdmin;
    if (isAsked && (await verifyPassword(login, [account], edges, { retryRejected: false })))
      continue;
    if (isAdmin) return login;
    await withChange(account, login, edges, async (api, as) => {
      if ((await authorize(api, as)) === 'rejected') throw loginRefused(api, 'before any change');
    });
    return login;
  }
  const what = `cluster ${cluster.name} rejected every password of the user that is in the secret`;
  throw new RotationError('current_password_refused', what);
}

/** Makes a password the only one on a cluster. A verification settles a reply that was lost. */
export async function replaceOn(
  account: Account,
  login: VersionValue,
  value: VersionValue,
  edges: Context,
): Promise<void> {
  const password = requirePassword(value);
  const fields = { cluster: account.cluster.name, versionId: value.versionId };
  try {
    await withLogging(edges, 'passwords replaced', fields, () =>
      withChange(account, login, edges, (api, as, username) => {
        // Do not send a PUT again that may have ended its own login, or what generation A asks for.
        const isOnce = usesOwnLogin(account) || api.isLegacy !== false;
        return replacePasswords(api, as, { username, password, isOnce });
      }),
    );
  } catch (thrown) {
    const { code } = toRotationError(thrown);
    const isUnknown = code === 'cluster_unreachable' || code === 'cluster_reply_unexpected';
    if (!isUnknown || !(await isNewPasswordValid(account, value, edges).catch(() => false)))
      throw thrown;
  }
}

/** Whether the new password is valid. A rejection is not remembered: the PUT may still land. */
async function isNewPasswordValid(
  account: Account,
  value: VersionValue,
  edges: Context,
): Promise<boolean> {
  if (account.endpoints.length === 0) return !(await isRejectedEverywhere(value, account, edges));
  return !(await verifyOnDatabases(value, [account], edges, { retryRejected: true }));
}

/** Throws unless a cluster accepts the new password, and its databases reject the one before. */
export async function requireReplaced(
  account: Account,
  value: VersionValue,
  before: VersionValue,
  edges: Context,
): Promise<void> {
  assertAccepted(
    'replacing',
    await verifyPassword(value, [account], edges, { retryRejected: true }),
  );
  // Without a database this would cost a rejected login.
  if (account.endpoints.length === 0 || before.password === undefined) return;
  if (await isRejectedEverywhere(before, account, edges)) return;
  const what = `a database of cluster ${account.cluster.name} accepts the replaced password`;
  throw new RotationError('password_not_deleted', what);
}
