import { type Account, readAccounts } from '../cluster/accounts.ts';
import { forgetRejection } from '../cluster/rejected-logins.ts';
import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import type { StepState } from '../secret/check-step.ts';
import { changedField, requirePassword, type VersionValue } from '../secret/value.ts';
import { readValue } from '../secret/versions.ts';
import { withLogging } from '../telemetry/log.ts';
import {
  findDatabaseRejection,
  verifyOwnLogin,
  verifySameDatabase,
} from '../verification/verify.ts';
import { openProtectedApi } from './protected-api.ts';

/**
 * Before: the pending version has a value and LIVE.
 * Does: adds its password to the user's list on every cluster; all other passwords stay.
 * Safe to repeat because a password that is in the list is not added again.
 */
export async function setSecret(
  { state, current, pending }: StepState,
  context: Context,
): Promise<void> {
  const [before, after] = await Promise.all([
    readValue(context, current.id),
    readValue(context, pending.id),
  ]);
  const changed = changedField(before, after);
  if (changed !== undefined) throw valueChanged(changed);
  const accounts = await readAccounts(context, before, state);
  await verifyOwnLogin(before, accounts, context);
  await verifySameDatabase(before, accounts, context);
  for (const account of accounts) {
    const cluster = account.cluster.name;
    await withLogging(context, 'add password', { cluster, versionId: pending.id }, () =>
      addPassword(after, account, before, context),
    );
    forgetRejection({ cluster, name: after.apiLoginName, password: after.password }, context);
  }
}

async function addPassword(
  value: VersionValue,
  account: Account,
  login: VersionValue,
  context: Context,
): Promise<'added' | 'present'> {
  const api = await openProtectedApi(account, login, context);
  const addition = await api.add(requirePassword(value));
  if (addition.status !== 'unclear') return addition.status;
  // An earlier request may have added it: its repetition may be an error.
  const rejection = await findDatabaseRejection(value, [account], context);
  if (rejection !== undefined) throw addition.error;
  return 'present';
}

function valueChanged(field: string): RotationError {
  const what = `secret value: ${field} differs between AWSPENDING and AWSCURRENT`;
  return new RotationError('secret_value_changed', `${what}, allowed is password only`);
}
