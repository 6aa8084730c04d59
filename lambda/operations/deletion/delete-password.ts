import type { Account } from '../../cluster/accounts.ts';
import { openPasswordApi } from '../../cluster/password-api.ts';
import type { Context } from '../../context.ts';
import { RotationError, toRotationError } from '../../errors.ts';
import type { PasswordApi, Removal } from '../../redis-enterprise/passwords.ts';
import { DEFAULT_USER } from '../../secret/user.ts';
import type { VersionValue } from '../../secret/value.ts';
import { withLogging } from '../../telemetry/log.ts';
import { isUnprotected } from '../../verification/check-protected.ts';
import { assertAccepted, findRejection, isRejectedEverywhere } from '../../verification/verify.ts';
import { restoreCurrent } from '../restore-current.ts';

/** What a deletion works on: the expired password, and AWSCURRENT. */
type Deletion = { id: string; old: VersionValue & { password: string }; current: VersionValue };

/**
 * Verifies AWSCURRENT, then deletes a password on every cluster. Returns the error of a database
 * that the deletion left without a password, if it has AWSCURRENT's again, and no other.
 */
export async function deletePassword(
  deletion: Deletion,
  accounts: Account[],
  context: Context,
  verified: Set<string>,
): Promise<RotationError | undefined> {
  const { current } = deletion;
  if (!verified.has(current.versionId)) {
    assertAccepted('current', await findRejection(current, accounts, context));
    verified.add(current.versionId);
  }
  // Only a default user has one, and a default user is on one cluster.
  let opened: RotationError | undefined;
  for (const account of accounts) opened = await deleteOnCluster(deletion, account, context);
  return opened;
}

async function deleteOnCluster(
  deletion: Deletion,
  account: Account,
  context: Context,
): Promise<RotationError | undefined> {
  const { id, old, current } = deletion;
  const fields = { cluster: account.cluster.name, versionId: id };
  const api = await openPasswordApi(account, current, context);
  try {
    await withLogging(context, 'delete password', fields, async () =>
      verifyRemoval(await sendRemoval(api, old.password, account), deletion, account, context),
    );
    return undefined;
  } catch (error) {
    const isRestored = isUnprotected(error) && (await restoreCurrent(current, account, context));
    const isDeleted = isRestored && isRejectedEverywhere(old, account, context).catch(() => false);
    if (await isDeleted) return toRotationError(error);
    throw error;
  }
}

/** The result of a DELETE; `lost`: without a reply. */
type SentRemoval = Removal | { status: 'lost'; error: RotationError };

async function sendRemoval(
  api: PasswordApi,
  password: string,
  { username }: Account,
): Promise<SentRemoval> {
  try {
    return await api.remove(password);
  } catch (thrown) {
    // The DELETE may have left a database without a password.
    if (username === DEFAULT_USER) return { status: 'lost', error: toRotationError(thrown) };
    throw thrown;
  }
}

async function verifyRemoval(
  removal: SentRemoval,
  { old, current }: Deletion,
  account: Account,
  context: Context,
): Promise<'deleted' | 'deleted before'> {
  if (removal.status === 'deleted') {
    // Without a database, a verification would cost a rejected login.
    if (account.endpoints.length === 0) return 'deleted';
    if (!(await isRejectedEverywhere(old, account, context))) {
      const what = `a database of cluster ${account.cluster.name} accepts the deleted password`;
      throw new RotationError('password_not_deleted', what);
    }
    // Redis does not document that a DELETE keeps the other passwords of a database.
    if (account.username === DEFAULT_USER) {
      assertAccepted('current', await findRejection(current, [account], context));
    }
    return 'deleted';
  }
  // An earlier request may have deleted the password and lost its reply. A locked account rejects
  // every login: first check that it accepts AWSCURRENT.
  const isLocked = (await findRejection(current, [account], context)) !== undefined;
  const isRejected = !isLocked && (await isRejectedEverywhere(old, account, context));
  // Without a reply, a password that a database rejects may be one that it learns late.
  if (!isRejected || removal.status === 'lost') throw removal.error;
  return 'deleted before';
}
