import { type Account, usesOwnLogin } from '../cluster/accounts.ts';
import { rememberRefusal, wasRefused } from '../cluster/rejected-logins.ts';
import type { Context } from '../context.ts';
import { RotationError, type RotationErrorCode } from '../errors.ts';
import { authorize } from '../redis-enterprise/passwords.ts';
import { CURRENT, PENDING } from '../secret/labels.ts';
import { requirePassword, type SecretValue, type VersionValue } from '../secret/value.ts';
import { withLogging } from '../telemetry/log.ts';
import { type AuthResult, authenticateAll, type Rejection, type Tried } from './databases.ts';

type Patience = {
  /** Whether a refusal may be a password that has not spread to every proxy yet. */
  retryRejected: boolean;
};

// Waits, 30 s in all: Redis does not document how fast a password spreads to a cluster's proxies.
// They are few, in case logins to a database count towards the lock-out of an account.
const RETRY_WAITS_MS = [1_000, 5_000, 24_000] as const;

/**
 * Proves a password on every cluster: on every address of every database endpoint or, where the
 * secret names no database, by one login to the API. Undefined: accepted everywhere. Throws where
 * nobody answered.
 */
export async function verifyPassword(
  value: VersionValue,
  accounts: Account[],
  edges: Context,
  patience: Patience,
): Promise<Rejection | undefined> {
  const refusal = await verifyOnDatabases(value, accounts, edges, patience);
  if (refusal !== undefined) return refusal;
  for (const account of accounts.filter(({ endpoints }) => endpoints.length === 0)) {
    const refusal = await askApiOnce(value, account, edges);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** The same on databases alone: where there are none, nothing is asked. */
export async function verifyOnDatabases(
  value: VersionValue,
  accounts: Account[],
  edges: Context,
  patience: Patience,
): Promise<Rejection | undefined> {
  if (accounts.every(({ endpoints }) => endpoints.length === 0)) return undefined;
  // Without one there is nothing to wait for.
  requirePassword(value);
  return withLogging(
    edges,
    'password verified',
    { versionId: value.versionId },
    () => askPatiently(value, accounts, edges, patience),
    (refusal) => (refusal === undefined ? 'accepted' : `refused by ${refusal.where}`),
  );
}

/**
 * Proves AWSCURRENT on the databases of the accounts that log in with it: a refused login counts
 * towards the lock-out at the API; at a database it is safe to try.
 */
export async function verifyOwnLogin(
  current: VersionValue,
  accounts: Account[],
  edges: Context,
): Promise<void> {
  const self = accounts.filter(usesOwnLogin);
  assertAccepted(
    'current',
    await verifyOnDatabases(current, self, edges, { retryRejected: false }),
  );
}

// What no waiting mends.
const NEVER_MENDED: RotationErrorCode[] = ['certificate_refused', 'client_certificate_invalid'];

async function askPatiently(
  value: SecretValue,
  accounts: Account[],
  edges: Context,
  { retryRejected }: Patience,
): Promise<Rejection | undefined> {
  const isFinal = (answer: AuthResult) =>
    answer instanceof RotationError ? NEVER_MENDED.includes(answer.code) : !retryRejected;
  const tried: Tried = new Map();
  for (const wait of [...RETRY_WAITS_MS, undefined]) {
    const answers = await authenticateAll(value, accounts, tried);
    const bad = answers.filter((answer) => answer !== 'accepted');
    const isLast = wait === undefined || edges.timeLeft() <= wait;
    const final = bad.find(isFinal) ?? (isLast ? bad[0] : undefined);
    if (final instanceof RotationError) throw final;
    if (final !== undefined || bad.length === 0) return final;
    if (wait !== undefined) await edges.sleep(wait);
  }
  return undefined;
}

/** Whether every address rejects a password. One that accepts it may be late: it is tried again. */
export async function isRejectedEverywhere(
  value: SecretValue,
  account: Account,
  edges: Context,
): Promise<boolean> {
  if (account.endpoints.length === 0) return (await askApi(value, account, edges)) !== undefined;
  for (const wait of [...RETRY_WAITS_MS, undefined]) {
    const answers = await authenticateAll(value, [account]);
    const failure = answers.find((answer) => answer instanceof RotationError);
    if (failure !== undefined) throw failure;
    if (!answers.includes('accepted')) return true;
    if (wait === undefined || edges.timeLeft() <= wait) break;
    await edges.sleep(wait);
  }
  return false;
}

const LABELS = { current: CURRENT, pending: PENDING, replacing: 'replaceAll' } as const;

/** Throws `current_password_refused` or `pending_password_refused` where a password was. */
export function assertAccepted(which: keyof typeof LABELS, refusal: Rejection | undefined): void {
  if (refusal === undefined) return;
  const what = `${refusal.where} refused the password of ${LABELS[which]}`;
  const code = which === 'current' ? 'current_password_refused' : 'pending_password_refused';
  throw new RotationError(code, what);
}

/** A password that was refused lately is not tried again: it may lock the account. */
async function askApiOnce(
  value: VersionValue,
  account: Account,
  edges: Context,
): Promise<Rejection | undefined> {
  const tried = { cluster: account.cluster.name, versionId: value.versionId };
  if (wasRefused(tried, edges)) return { where: `the API of cluster ${tried.cluster}, lately,` };
  const refusal = await askApi(value, account, edges);
  if (refusal !== undefined) rememberRefusal(tried, edges);
  return refusal;
}

async function askApi(
  value: SecretValue,
  { cluster }: Account,
  edges: Context,
): Promise<Rejection | undefined> {
  const login = { name: value.apiLoginName, password: requirePassword(value) };
  const verdict = await authorize({ ...edges, cluster }, login);
  return verdict === 'accepted' ? undefined : { where: `the API of cluster ${cluster.name}` };
}
