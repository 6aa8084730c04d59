import { retry } from '../clock.ts';
import type { Account } from '../cluster/accounts.ts';
import type { RejectionContext } from '../cluster/rejected-logins.ts';
import type { RotationError, RotationErrorCode } from '../errors.ts';
import type { ApiContext } from '../redis-enterprise/types.ts';
import type { SecretValue } from '../secret/value.ts';
import type { Log } from '../telemetry/log.ts';
import type { Rejection } from './api.ts';
import { isUnprotected, joinFailures, type ProtectionContext } from './check-protected.ts';
import { authenticateRemaining, NO_ROUND, type Round } from './databases.ts';
import { formatDatabase } from './redis-connection.ts';

export type VerificationContext = ApiContext & RejectionContext & ProtectionContext & { log: Log };

export type Options = {
  /** Whether to retry a rejection: a new password may not have reached every proxy. Default: no. */
  retryRejected?: boolean;
};

// Waits, 30 s in total: Redis does not document how fast a password reaches a cluster's proxies.
// They are few, because rejected logins to a database may count towards a lockout.
export const PROPAGATION_WAITS_MS = [1_000, 5_000, 24_000] as const;

// Failures that a retry does not fix.
const NOT_RETRIED: RotationErrorCode[] = ['certificate_refused', 'client_certificate_invalid'];

/** What the rounds say about a password. `isFinal`: a retry does not change it. */
type Outcome = {
  rejection?: Rejection | undefined;
  failure?: RotationError | undefined;
  isFinal: boolean;
};

/** Verifies a password in rounds: on the addresses that have not accepted it yet. */
export async function authenticateWithRetry(
  value: SecretValue,
  accounts: Account[],
  context: VerificationContext,
  { retryRejected = false }: Options,
): Promise<Rejection | undefined> {
  let rounds: Round[] = accounts.map(() => NO_ROUND);
  const attempt = async () => {
    rounds = await Promise.all(
      accounts.map((account, at) => authenticateRemaining(value, account, rounds[at] ?? NO_ROUND)),
    );
    return interpretRounds(rounds, retryRejected, context);
  };
  const isFinal = (outcome: Outcome) => outcome.isFinal;
  const { rejection, failure } = await retry(PROPAGATION_WAITS_MS, context, attempt, isFinal);
  const skipped = rounds.flatMap(({ unrouted }) => unrouted.map(formatDatabase));
  if (skipped.length > 0) context.log('WARN', 'address without a route skipped', { skipped });
  if (failure !== undefined) throw failure;
  return rejection;
}

function interpretRounds(
  rounds: Round[],
  retryRejected: boolean,
  context: ProtectionContext,
): Outcome {
  const [rejected] = rounds.flatMap((round) => round.rejected);
  const rejection = rejected && { where: formatDatabase(rejected) };
  const failures = rounds.flatMap((round) => round.failures);
  const failure = joinFailures(failures, context);
  if (failure !== undefined && isUnprotected(failure)) return { failure, isFinal: true };
  const fatal = failures.find(({ code }) => NOT_RETRIED.includes(code));
  if (rejection !== undefined && !retryRejected) return { rejection, isFinal: true };
  if (fatal !== undefined) return { failure: fatal, isFinal: true };
  if (rejection !== undefined) return { rejection, isFinal: false };
  return { failure, isFinal: failure === undefined };
}
