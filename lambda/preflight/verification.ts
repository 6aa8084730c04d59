import { type Account, usesOwnLogin } from '../cluster/accounts.ts';
import type { Context } from '../context.ts';
import { REPLACE_AGAIN, RotationError, toRotationError } from '../errors.ts';
import { REPLACING, type SecretState, versionWithLabel } from '../secret/labels.ts';
import { DEFAULT_USER } from '../secret/user.ts';
import type { VersionValue } from '../secret/value.ts';
import type { Rejection } from '../verification/api.ts';
import { checkProtected } from '../verification/check-protected.ts';
import { assertAccepted, findDatabaseRejection, findRejection } from '../verification/verify.ts';
import { type Check, fail, failure, LOCKED_OUT, pass, unknown, warn } from './check.ts';

/** Returns the check, and whether the function may log in with AWSCURRENT. */
export async function checkVerification(
  value: VersionValue,
  accounts: Account[],
  secret: SecretState,
  context: Context,
): Promise<[Check, boolean]> {
  const isSelf = accounts.some(usesOwnLogin);
  try {
    for (const account of accounts) await checkProtected(value, account, context);
  } catch (error) {
    return [failure('verification', error), false];
  }
  if (value.password === undefined) {
    const detail = 'AWSCURRENT has no password yet: the first rotation adds one';
    const error = new RotationError('current_password_missing', 'the secret has no password');
    return [isSelf ? failure('verification', error) : unknown('verification', detail), false];
  }
  if (accounts.every(({ endpoints }) => endpoints.length === 0)) {
    const detail = 'the secret has no database endpoint: the login to the API verifies AWSCURRENT';
    return [unknown('verification', detail, 'add host and port to the secret'), true];
  }
  return verify(value, accounts, secret, context);
}

async function verify(
  value: VersionValue,
  accounts: Account[],
  secret: SecretState,
  context: Context,
): Promise<[Check, boolean]> {
  let rejection: Rejection | undefined;
  try {
    rejection = await findDatabaseRejection(value, accounts, context);
    assertAccepted('current', rejection ?? (await findRejection(value, accounts, context)));
    return [pass('verification', 'accepted by every database endpoint'), true];
  } catch (thrown) {
    const { code, what, hint } = toRotationError(thrown);
    if (code !== 'current_password_refused') return [failure('verification', thrown), false];
    // In admin mode, the next rotation replaces the password, except of a default user.
    const isReplaced = !accounts.some(usesOwnLogin) && value.username !== DEFAULT_USER;
    const isReplacing = versionWithLabel(secret, REPLACING) !== undefined;
    const check = isReplaced ? warn : fail;
    const next = isReplacing ? REPLACE_AGAIN : hint;
    const detail = `${code}: ${what}`;
    if (rejection === undefined) return [check('verification', detail, next), false];
    const found = check('verification', `${detail}. ${LOCKED_OUT}`, next);
    return [{ ...found, isLockedOut: true }, false];
  }
}
