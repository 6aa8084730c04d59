import { type Account, isSameUser, isSelf } from '../cluster/accounts.ts';
import { withChange } from '../cluster/change-passwords.ts';
import { wasRefused } from '../cluster/rejected-logins.ts';
import type { Edges } from '../context.ts';
import { RotationError, toRotationError } from '../errors.ts';
import { authorize, replacePasswords } from '../redis-enterprise/passwords.ts';
import { loginRefused } from '../redis-enterprise/types.ts';
import { findLabel, isLive, PREVIOUS, REPLACING, type Staging } from '../secret/labels.ts';
import { passwordOf, type VersionValue } from '../secret/value.ts';
import { findValue } from '../secret/versions.ts';
import { logged } from '../telemetry/log.ts';
import { isRefused, prove, proveOnDatabases, requireProof } from '../verification/verify.ts';

/**
 * Returns AWSCURRENT, then the other live versions of the same user: what an interrupted replaceAll
 * put on some clusters and what it left on the others, then the newest first.
 */
export async function findCandidates(
  current: VersionValue,
  staging: Staging,
  edges: Edges,
): Promise<VersionValue[]> {
  const live = staging.versions.filter((one) => isLive(one) && one.id !== current.versionId);
  // LIVE on an invalid value must not stop a replaceAll.
  const read = live.map(({ id }) => findValue(edges, id).catch(() => undefined));
  const same = (await Promise.all(read)).flatMap((value) =>
    value?.password !== undefined && isSameUser(value, current) ? [value] : [],
  );
  same.sort((one, other) => (other.madeAt ?? 0) - (one.madeAt ?? 0));
  const likely = [REPLACING, PREVIOUS].map((label) => findLabel(staging, label)?.id);
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
  edges: Edges,
): Promise<VersionValue> {
  const { cluster, endpoints } = account;
  const isAdmin = !isSelf(account);
  if (isAdmin && (await withChange(account, current, edges, async (api) => api.isOld === false))) {
    return current;
  }
  const isUntried = ({ versionId }: VersionValue) =>
    !wasRefused({ cluster: cluster.name, versionId }, edges);
  const hasDatabase = endpoints.length > 0;
  for (const login of hasDatabase ? candidates : [candidates.find(isUntried) ?? current]) {
    // In self mode without a database, the request below verifies the password.
    const isAsked = hasDatabase || isAdmin;
    if (isAsked && (await prove(login, [account], edges, { patient: false }))) continue;
    if (isAdmin) return login;
    await withChange(account, login, edges, async (api, as) => {
      if ((await authorize(api, as)) === 'refused') throw loginRefused(api, 'before any change');
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
  edges: Edges,
): Promise<void> {
  const password = passwordOf(value);
  const fields = { cluster: account.cluster.name, versionId: value.versionId };
  try {
    await logged(edges, 'passwords replaced', fields, () =>
      withChange(account, login, edges, (api, as, username) => {
        // Do not send a PUT again that may have ended its own login, or what generation A asks for.
        const isOnce = isSelf(account) || api.isOld !== false;
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
  edges: Edges,
): Promise<boolean> {
  if (account.endpoints.length === 0) return !(await isRefused(value, account, edges));
  return !(await proveOnDatabases(value, [account], edges, { patient: true }));
}

/** Throws unless a cluster accepts the new password, and its databases reject the one before. */
export async function requireReplaced(
  account: Account,
  value: VersionValue,
  before: VersionValue,
  edges: Edges,
): Promise<void> {
  requireProof('replacing', await prove(value, [account], edges, { patient: true }));
  // Without a database this would cost a rejected login.
  if (account.endpoints.length === 0 || before.password === undefined) return;
  if (await isRefused(before, account, edges)) return;
  const what = `a database of cluster ${account.cluster.name} accepts the replaced password`;
  throw new RotationError('password_not_deleted', what);
}
