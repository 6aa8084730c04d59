import { retry } from '../clock.ts';
import { type Account, usesOwnLogin } from '../cluster/accounts.ts';
import { RotationError, UNCHANGED } from '../errors.ts';
import type { ApiContext } from '../redis-enterprise/types.ts';
import { DEFAULT_USER } from '../secret/user.ts';
import { requirePassword, type SecretValue, type VersionValue } from '../secret/value.ts';
import { withLogging } from '../telemetry/log.ts';
import { findApiRejection, findApiRejectionOnce, type Rejection } from './api.ts';
import { joinFailures, type ProtectionContext } from './check-protected.ts';
import { authenticateAll } from './databases.ts';
import {
  authenticateWithRetry,
  type Options,
  PROPAGATION_WAITS_MS,
  type VerificationContext,
} from './rounds.ts';

/**
 * Verifies a password on every cluster: on every address of every database endpoint or, if the
 * secret has no endpoint there, by one login to the API. Returns undefined if it was accepted
 * everywhere. @throws the error of a database or an API that cannot be reached.
 */
export async function findRejection(
  value: VersionValue,
  accounts: Account[],
  context: VerificationContext,
  options: Options = {},
): Promise<Rejection | undefined> {
  const rejection = await findDatabaseRejection(value, accounts, context, options);
  if (rejection !== undefined) return rejection;
  for (const account of accounts.filter(({ endpoints }) => endpoints.length === 0)) {
    const rejection = await findApiRejectionOnce(value, account, context);
    if (rejection !== undefined) return rejection;
  }
  return undefined;
}

/** Verifies a password on the databases only. Without a database, returns undefined. */
export async function findDatabaseRejection(
  value: VersionValue,
  accounts: Account[],
  context: VerificationContext,
  options: Options = {},
): Promise<Rejection | undefined> {
  if (accounts.every(({ endpoints }) => endpoints.length === 0)) return undefined;
  // Throws before the log line: without a password, nothing is verified.
  requirePassword(value);
  return withLogging(
    context,
    'verify password',
    { versionId: value.versionId },
    () => authenticateWithRetry(value, accounts, context, options),
    (rejection) => (rejection === undefined ? 'accepted' : `rejected by ${rejection.where}`),
  );
}

/**
 * Verifies AWSCURRENT on the databases before the function logs in with it: a rejected login to the
 * API counts towards a lockout. @throws `current_password_refused`
 */
export async function verifyOwnLogin(
  current: VersionValue,
  accounts: Account[],
  context: VerificationContext,
): Promise<void> {
  const own = accounts.filter(usesOwnLogin);
  assertAccepted('current', await findDatabaseRejection(current, own, context));
}

/** Whether every address rejects a password. Retries, because a proxy may still accept it. */
export async function isRejectedEverywhere(
  value: SecretValue,
  account: Account,
  context: ApiContext & ProtectionContext,
): Promise<boolean> {
  if (account.endpoints.length === 0) {
    return (await findApiRejection(value, account, context)) !== undefined;
  }
  const attempt = () => isAcceptedAnywhere(value, account, context);
  const isFinal = (isAccepted: boolean) => !isAccepted;
  return !(await retry(PROPAGATION_WAITS_MS, context, attempt, isFinal));
}

/** Whether an address of a database accepts a password now. @throws the error of an address. */
async function isAcceptedAnywhere(
  value: SecretValue,
  account: Account,
  context: ProtectionContext,
): Promise<boolean> {
  const { accepted, failures } = await authenticateAll(value, account);
  const failure = joinFailures(failures, context);
  if (failure !== undefined) throw failure;
  return accepted.length > 0;
}

const SAME_DATABASE_HINT =
  'check that host and port still lead to the same database; if they do, set a valid password of ' +
  'its default user in the secret';

/**
 * Verifies AWSCURRENT of a default user before a rotation adds a password: another database may
 * have the endpoint in the tag by now. A value without a password passes: the first rotation adopts
 * the database. @throws `current_password_refused`
 */
export async function verifySameDatabase(
  current: VersionValue,
  accounts: Account[],
  context: VerificationContext,
): Promise<void> {
  if (current.username !== DEFAULT_USER || current.password === undefined) return;
  const rejection = await findDatabaseRejection(current, accounts, context);
  if (rejection === undefined) return;
  const what = `${UNCHANGED}: ${rejection.where} rejected the password of AWSCURRENT`;
  throw new RotationError('current_password_refused', what, { hint: SAME_DATABASE_HINT });
}

const OWNERS = { current: 'AWSCURRENT', pending: 'AWSPENDING', replacing: 'replace-all' } as const;

/** @throws `current_password_refused` or `pending_password_refused` if a password was rejected. */
export function assertAccepted(
  which: keyof typeof OWNERS,
  rejection: Rejection | undefined,
): asserts rejection is undefined {
  if (rejection === undefined) return;
  const what = `${rejection.where} rejected the password of ${OWNERS[which]}`;
  const code = which === 'current' ? 'current_password_refused' : 'pending_password_refused';
  throw new RotationError(code, what);
}
