import { retry } from '../clock.ts';
import { type Account, usesOwnLogin } from '../cluster/accounts.ts';
import type { RejectionContext } from '../cluster/rejected-logins.ts';
import { joinErrors, RotationError, type RotationErrorCode } from '../errors.ts';
import type { ApiContext } from '../redis-enterprise/types.ts';
import { requirePassword, type SecretValue, type VersionValue } from '../secret/value.ts';
import { type Log, withLogging } from '../telemetry/log.ts';
import { findApiRejection, findApiRejectionOnce, type Rejection } from './api.ts';
import { authenticateAll, authenticateRemaining, NO_ROUND, type Round } from './databases.ts';
import { formatDatabase } from './redis-connection.ts';

type VerificationContext = ApiContext & RejectionContext & { log: Log };

type Options = {
  /** Whether to retry a rejection: a new password may not have reached every proxy. Default: no. */
  retryRejected?: boolean;
};

// Waits, 30 s in total: Redis does not document how fast a password reaches a cluster's proxies.
// They are few, because rejected logins to a database may count towards a lockout.
const PROPAGATION_WAITS_MS = [1_000, 5_000, 24_000] as const;

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
    'password verified',
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

// Failures that a retry does not fix.
const NOT_RETRIED: RotationErrorCode[] = [
  'certificate_refused',
  'client_certificate_invalid',
  'database_unprotected',
];

/** What the rounds say about a password. `isFinal`: a retry does not change it. */
type Outcome = {
  rejection?: Rejection | undefined;
  failure?: RotationError | undefined;
  isFinal: boolean;
};

async function authenticateWithRetry(
  value: SecretValue,
  accounts: Account[],
  context: VerificationContext,
  { retryRejected = false }: Options,
): Promise<Rejection | undefined> {
  let rounds: Round[] = accounts.map(() => NO_ROUND);
  let outcome: Outcome = { isFinal: false };
  await retry(PROPAGATION_WAITS_MS, context, async () => {
    rounds = await Promise.all(
      accounts.map((account, at) => authenticateRemaining(value, account, rounds[at] ?? NO_ROUND)),
    );
    outcome = interpretRounds(rounds, retryRejected);
    return outcome.isFinal ? outcome : undefined;
  });
  const skipped = rounds.flatMap(({ unrouted }) => unrouted.map(formatDatabase));
  if (skipped.length > 0) context.log('WARN', 'address without a route skipped', { skipped });
  if (outcome.failure !== undefined) throw outcome.failure;
  return outcome.rejection;
}

function interpretRounds(rounds: Round[], retryRejected: boolean): Outcome {
  const [rejected] = rounds.flatMap((round) => round.rejected);
  const rejection = rejected && { where: formatDatabase(rejected) };
  const failures = rounds.flatMap((round) => round.failures);
  const fatal = failures.find(({ code }) => NOT_RETRIED.includes(code));
  if (rejection !== undefined && !retryRejected) return { rejection, isFinal: true };
  if (fatal !== undefined) return { failure: fatal, isFinal: true };
  if (rejection !== undefined) return { rejection, isFinal: false };
  return { failure: joinErrors(failures), isFinal: failures.length === 0 };
}

/** Whether every address rejects a password. Retries, because a proxy may still accept it. */
export async function isRejectedEverywhere(
  value: SecretValue,
  account: Account,
  context: ApiContext,
): Promise<boolean> {
  if (account.endpoints.length === 0) {
    return (await findApiRejection(value, account, context)) !== undefined;
  }
  const isRejected = await retry(PROPAGATION_WAITS_MS, context, async () => {
    const { accepted, failures } = await authenticateAll(value, account);
    if (failures[0] !== undefined) throw failures[0];
    return accepted.length === 0 ? true : undefined;
  });
  return isRejected ?? false;
}

const OWNERS = { current: 'AWSCURRENT', pending: 'AWSPENDING', replacing: 'replaceAll' } as const;

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
