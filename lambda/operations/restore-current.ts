import { retry } from '../clock.ts';
import type { Account } from '../cluster/accounts.ts';
import { openPasswordApi } from '../cluster/password-api.ts';
import type { Context } from '../context.ts';
import { toRotationError } from '../errors.ts';
import { requirePassword, type VersionValue } from '../secret/value.ts';
import { checkProtected, isUnprotected } from '../verification/check-protected.ts';
import { PROPAGATION_WAITS_MS } from '../verification/rounds.ts';

/**
 * Adds the password of AWSCURRENT to a database that a request of this invocation left without a
 * password, and returns whether the database requires it. Adds no other password: the deleted one
 * may have leaked. Logs the outcome: the caller reports the open database in any case.
 */
export async function restoreCurrent(
  current: VersionValue,
  account: Account,
  context: Context,
): Promise<boolean> {
  const outcome = await addAgain(current, account, context).then(
    () => 'protected',
    (error: unknown) => toRotationError(error).code,
  );
  const fields = { cluster: account.cluster.name, versionId: current.versionId, outcome };
  context.log('ERROR', 'add password again', fields);
  return outcome === 'protected';
}

async function addAgain(current: VersionValue, account: Account, context: Context): Promise<void> {
  const api = await openPasswordApi(account, current, context);
  // If the reply is unclear, the database decides.
  await api.add(requirePassword(current));
  const attempt = () => checkProtected(current, account, context).catch((error: unknown) => error);
  const isFinal = (failure: unknown) => !isUnprotected(failure);
  const failure = await retry(PROPAGATION_WAITS_MS, context, attempt, isFinal);
  if (failure !== undefined) throw failure;
}
