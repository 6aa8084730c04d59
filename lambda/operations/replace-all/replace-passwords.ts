import { type Account, readAccounts, usesOwnLogin } from '../../cluster/accounts.ts';
import { openPasswordApi } from '../../cluster/password-api.ts';
import type { Context } from '../../context.ts';
import { RotationError, toRotationError } from '../../errors.ts';
import { PREVIOUS, type SecretState, versionWithLabel } from '../../secret/labels.ts';
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

/** Makes a password the only one on a cluster. If the reply is lost, verifies the password. */
export async function replaceOn(
  account: Account,
  login: VersionValue,
  value: VersionValue,
  context: Context,
): Promise<void> {
  const password = requirePassword(value);
  const fields = { cluster: account.cluster.name, versionId: value.versionId };
  try {
    await withLogging(context, 'replace passwords', fields, async () => {
      const api = await openPasswordApi(account, login, context);
      // A repeated PUT would fail: the first may have invalidated the login or the known password.
      const isOnce = usesOwnLogin(account) || api.isLegacy !== false;
      return api.replaceAll(password, isOnce);
    });
  } catch (thrown) {
    const { code } = toRotationError(thrown);
    const isUnknown = code === 'cluster_unreachable' || code === 'cluster_reply_unexpected';
    const isValid = isUnknown && (await isNewPasswordValid(account, value, context));
    if (!isValid) throw thrown;
  }
}

/** Whether the new password is valid. Does not remember a rejection: the PUT may still arrive. */
async function isNewPasswordValid(
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
  } catch {
    return false;
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
    if (isUnprotected(error)) await restoreCurrent(value, [account], context);
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
