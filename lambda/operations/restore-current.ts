import { retry } from '../clock.ts';
import type { Account } from '../cluster/accounts.ts';
import { openPasswordApi } from '../cluster/password-api.ts';
import type { Context } from '../context.ts';
import { toRotationError } from '../errors.ts';
import { REPLACING, type SecretState, versionWithLabel } from '../secret/labels.ts';
import { isExpired } from '../secret/ledger.ts';
import { isSameUser } from '../secret/user.ts';
import { requirePassword, type VersionValue } from '../secret/value.ts';
import { findValidValue } from '../secret/versions.ts';
import { checkProtected, isUnprotected } from '../verification/check-protected.ts';
import { PROPAGATION_WAITS_MS } from '../verification/rounds.ts';

/**
 * Adds the password of AWSCURRENT to a database that a deletion left without a password, and
 * verifies that it asks for one. Adds no other password: the deleted one may have leaked. Logs the
 * outcome: the caller reports the open database in any case.
 */
export async function restoreCurrent(
  current: VersionValue,
  accounts: Account[],
  context: Context,
): Promise<void> {
  for (const account of accounts) {
    const outcome = await addAgain(current, account, context).then(
      () => 'protected',
      (error: unknown) => toRotationError(error).code,
    );
    const fields = { cluster: account.cluster.name, versionId: current.versionId, outcome };
    context.log('ERROR', 'add password again', fields);
  }
}

async function addAgain(current: VersionValue, account: Account, context: Context): Promise<void> {
  const api = await openPasswordApi(account, current, context);
  // If the reply is unclear, the database decides.
  await api.add(requirePassword(current));
  let failure: unknown;
  const isProtected = await retry(PROPAGATION_WAITS_MS, context, async () => {
    failure = await checkProtected(current, account, context).catch((error: unknown) => error);
    return failure === undefined || !isUnprotected(failure) ? true : undefined;
  });
  if (isProtected !== true || failure !== undefined) throw failure;
}

/**
 * Whether the function may have left the database of a user without a password: a deletion is due,
 * or a replaceAll has not succeeded. Otherwise, somebody else removed the password, and a new one
 * would lock clients out.
 */
export async function mayHaveOpened(
  state: SecretState,
  current: VersionValue,
  context: Context,
): Promise<boolean> {
  const nowSeconds = context.now() / 1_000;
  const replacing = versionWithLabel(state, REPLACING);
  const changed = state.versions.filter(
    (version) => version.id === replacing?.id || isExpired(version, nowSeconds),
  );
  const values = changed.map(({ id }) => findValidValue(context, id));
  return (await Promise.all(values)).some((one) => one !== undefined && isSameUser(one, current));
}
