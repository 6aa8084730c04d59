import { withChange } from '../cluster/change-passwords.ts';
import { forgetRefusal } from '../cluster/rejected-logins.ts';
import type { Context } from '../context.ts';
import { RotationError } from '../errors.ts';
import { addPassword } from '../redis-enterprise/passwords.ts';
import type { StepState } from '../secret/read-labels.ts';
import { changedField, requirePassword } from '../secret/value.ts';
import { readAccounts, readValue } from '../secret/versions.ts';
import { withLogging } from '../telemetry/log.ts';
import { verifyOwnLogin } from '../verification/verify.ts';

/**
 * Before: the pending version has a value and LIVE.
 * Does: adds its password to the user's list on every cluster; every other password stays.
 * Safe to repeat because a password that is there is not added again.
 */
export async function setSecret(
  { staging, current, pending }: StepState,
  edges: Context,
): Promise<void> {
  const [before, after] = await Promise.all([
    readValue(edges, current.id),
    readValue(edges, pending.id),
  ]);
  const changed = changedField(before, after);
  if (changed !== undefined) throw valueChanged(changed);
  const accounts = await readAccounts(edges, before, staging);
  await verifyOwnLogin(before, accounts, edges);
  const password = requirePassword(after);
  for (const account of accounts) {
    const fields = { cluster: account.cluster.name, versionId: pending.id };
    await withLogging(edges, 'password added', fields, () =>
      withChange(account, before, edges, (api, login, username) =>
        addPassword(api, login, { username, password }),
      ),
    );
    forgetRefusal(fields, edges);
  }
}

function valueChanged(field: string): RotationError {
  const what = `secret value: ${field} differs between AWSPENDING and AWSCURRENT`;
  return new RotationError('secret_value_changed', `${what}, allowed is password alone`);
}
