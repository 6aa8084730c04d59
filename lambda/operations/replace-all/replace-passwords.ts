import { type Account, readAccounts, usesOwnLogin } from '../../cluster/accounts.ts';
import { openPasswordApi } from '../../cluster/password-api.ts';
import type { Context } from '../../context.ts';
import { RotationError, type RotationErrorCode, toRotationError } from '../../errors.ts';
import { PREVIOUS, type SecretState, versionWithLabel } from '../../secret/labels.ts';
import { DEFAULT_USER } from '../../secret/user.ts';
import { requirePassword, type VersionValue } from '../../secret/value.ts';
import { findValue, readValue, requireCurrent } from '../../secret/versions.ts';
import { withLogging } from '../../telemetry/log.ts';
import { isUnprotected } from '../../verification/check-protected.ts';
import {
  assertAccepted,
  findDatabaseRejection,
  findRejection,
  isRejectedEverywhere,
} from '../../verification/verify.ts';
import { restoreCurrent } from '../restore-current.ts';

// Codes of a PUT that may have run.
const UNCLEAR: RotationErrorCode[] = ['cluster_unreachable', 'cluster_reply_unexpected'];
// For a default user, Redis does not document the reply to a repeated PUT.
const UNCLEAR_DEFAULT: RotationErrorCode[] = ['cluster_password_refused', 'database_not_found'];

/** Makes a password the only one on a cluster. If the reply is unclear, verifies the password. */
export async function replaceOn(
  account: Account,
  login: VersionValue,
  value: VersionValue,
  context: Context,
): Promise<void> {
  const password = requirePassword(value);
  const fields = { cluster: account.cluster.name, versionId: value.versionId };
  const unclear = account.username === DEFAULT_USER ? [...UNCLEAR, ...UNCLEAR_DEFAULT] : UNCLEAR;
  await withLogging(context, 'replace passwords', fields, async () => {
    const api = await openPasswordApi(account, login, context);
    // A repeated PUT would fail: the first may have invalidated the login or the known password.
    const isOnce = usesOwnLogin(account) || api.isLegacy !== false;
    return api.replaceAll(password, isOnce).catch(async (thrown: unknown) => {
      const isUnclear = unclear.includes(toRotationError(thrown).code);
      if (isUnclear && (await hasReplaced(account, value, context))) return 'replaced';
      throw thrown;
    });
  });
}

/** Whether a PUT has run. Does not remember a rejection: the PUT may still arrive. */
async function hasReplaced(
  account: Account,
  value: VersionValue,
  context: Context,
): Promise<boolean> {
  try {
    if (account.endpoints.length === 0) {
      return !(await isRejectedEverywhere(value, account, context));
    }
    const options = { retryRejected: true };
    return (await findDatabaseRejection(value, [account], context, options)) === undefined;
  } catch (error) {
    // checkReplaced adds the new password again.
    return isUnprotected(error);
  }
}

/** @throws unless a cluster accepts the new password, and its databases reject the one before. */
export async function checkReplaced(
  account: Account,
  value: VersionValue,
  before: VersionValue,
  context: Context,
): Promise<void> {
  try {
    await verifyReplaced(account, value, before, context);
  } catch (error) {
    if (isUnprotected(error)) await restoreCurrent(value, account, context);
    throw error;
  }
}

async function verifyReplaced(
  account: Account,
  value: VersionValue,
  before: VersionValue,
  context: Context,
): Promise<void> {
  const options = { retryRejected: true };
  assertAccepted('replacing', await findRejection(value, [account], context, options));
  // Without a database, this would cost a rejected login.
  if (account.endpoints.length === 0 || before.password === undefined) return;
  if (await isRejectedEverywhere(before, account, context)) return;
  const what = `a database of cluster ${account.cluster.name} accepts the replaced password`;
  throw new RotationError('password_not_deleted', what);
}

/** Whether every database rejects the password of AWSPREVIOUS, as after a complete replaceAll. */
export async function isPreviousRejected(read: SecretState, context: Context): Promise<boolean> {
  const previous = versionWithLabel(read, PREVIOUS);
  const before = previous && (await findValue(context, previous.id));
  const current = await readValue(context, requireCurrent(read).id);
  if (before?.password === undefined || before.password === current.password) return false;
  const accounts = await readAccounts(context, current, read);
  const old = { ...current, password: before.password };
  const results = accounts.map((account) => isRejectedEverywhere(old, account, context));
  return (await Promise.all(results)).every((isRejected) => isRejected);
}
