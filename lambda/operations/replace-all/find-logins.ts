import type { Account } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import { type RotationErrorCode, rewordError } from '../../errors.ts';
import {
  CURRENT,
  hasLabel,
  REPLACING,
  type SecretState,
  shownId,
  versionWithLabel,
} from '../../secret/labels.ts';
import type { VersionValue } from '../../secret/value.ts';
import { type Failure, onEach } from './cluster-failures.ts';
import { findLogin } from './find-login.ts';

// Reserved for the PUTs and what follows, so that a slow cluster does not use up their time.
const RESERVE_MAX_MS = 60_000;
// A cluster that fails with one of these codes is skipped. Any other code stops the replaceAll.
const SKIPPED_CODES: RotationErrorCode[] = [
  'cluster_unreachable',
  'cluster_reply_unexpected',
  'certificate_refused',
  'database_unreachable',
  'database_reply_unexpected',
];
// An earlier run may have stopped after its PUT: then the version with REPLACING is valid.
const REJECTED_CODES: RotationErrorCode[] = ['current_password_refused', 'cluster_login_refused'];

/** The version whose password logs in, for each cluster that accepts one. */
export type Logins = ReadonlyMap<Account, VersionValue>;

/** Finds the login to each cluster of a replaceAll. */
export async function findLogins(
  accounts: Account[],
  candidates: VersionValue[],
  before: VersionValue,
  context: Context,
): Promise<{ logins: Logins; failures: Failure[] }> {
  const logins = new Map<Account, VersionValue>();
  const reserve = Math.min(context.timeLeft() / 2, RESERVE_MAX_MS);
  const limited = { ...context, timeLeft: () => context.timeLeft() - reserve };
  const failures = await onEach(accounts, async (account) => {
    logins.set(account, await findLogin(account, candidates, before, limited));
  });
  return { logins, failures };
}

/** @throws if a cluster rejects the login, or if no cluster has a login. */
export function checkLogins(failures: Failure[], accounts: Account[], state: SecretState): void {
  const isAll = failures.length === accounts.length;
  const fatal = failures.find(({ error }) => isAll || !SKIPPED_CODES.includes(error.code))?.error;
  if (fatal === undefined) return;
  const version = versionWithLabel(state, REPLACING);
  const mayBeValid =
    version !== undefined && !hasLabel(version, CURRENT) && REJECTED_CODES.includes(fatal.code);
  if (!mayBeValid) throw fatal;
  throw rewordError(fatal, { after: `or move AWSCURRENT to version ${shownId(version.id)}` });
}
