import type { Account } from '../cluster/accounts.ts';
import { openPasswordApi } from '../cluster/password-api.ts';
import type { Context } from '../context.ts';
import type { VersionValue } from '../secret/value.ts';
import { checkProtected } from '../verification/check-protected.ts';

/**
 * Opens the password list of an account's user, before a first change. First checks that the
 * database of a default user asks for a password: a first one would lock out its clients.
 */
export async function openProtectedApi(account: Account, version: VersionValue, context: Context) {
  await checkProtected(version, account, context);
  return openPasswordApi(account, version, context);
}
