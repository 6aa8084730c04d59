import { randomUUID } from 'node:crypto';
import { type Account, readAccounts } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import {
  type RotationError,
  type RotationErrorCode,
  rewordError,
  UNCHANGED,
} from '../../errors.ts';
import type { ReplaceAllEvent } from '../../event.ts';
import {
  CURRENT,
  hasLabel,
  REPLACING,
  type SecretState,
  shownId,
  versionWithLabel,
} from '../../secret/labels.ts';
import { changeLabel, describeSecret, putVersion } from '../../secret/secrets-manager.ts';
import type { VersionValue } from '../../secret/value.ts';
import { readValue, requireCurrent } from '../../secret/versions.ts';
import { waitForVersion } from '../../secret/wait-for-labels.ts';
import { checkConfirm } from '../confirm.ts';
import { withNewPassword } from '../new-password.ts';
import { readPolicies } from '../policies.ts';
import { checkNotMoved, labelChangesForCurrent, removePending } from '../update-labels.ts';
import { type Failure, incomplete, onEach } from './cluster-failures.ts';
import { expireOthers, makeRoom } from './expiries.ts';
import { findCandidates, findLogin } from './find-login.ts';
import { findOmitted } from './find-omitted.ts';
import { moveCurrent } from './move-current.ts';
import { checkReplaced, replaceOn } from './replace-passwords.ts';

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

/** The VersionId of the version that is AWSCURRENT now. */
export type Replaced = { versionId: string };

type Logins = ReadonlyMap<Account, VersionValue>;

/**
 * Before: any state; passwords may have leaked.
 * Does: makes a new password the user's only one on every cluster, and AWSCURRENT.
 * Safe to repeat because each run generates a password and continues no earlier run. REPLACING
 * stays until a run has verified its effect on every cluster.
 */
export async function replaceAll(
  { Confirm }: ReplaceAllEvent,
  context: Context,
): Promise<Replaced> {
  const { secret } = context;
  const read = await describeSecret(secret);
  const before = await readValue(context, requireCurrent(read).id);
  checkConfirm(Confirm, before);
  const accounts = await readAccounts(context, before, read);
  const candidates = await findCandidates(before, read, context);
  const { logins, failures } = await findLogins(accounts, candidates, before, context);
  checkLogins(failures, accounts, read);
  await makeRoom(read, before.versionId, context);
  // A cluster that is down keeps the replaced password: the ledger must contain it.
  for (const change of await labelChangesForCurrent(read, context)) {
    await changeLabel(secret, change);
  }
  const id = await writeVersion(before, logins, context);
  const shown = await waitForVersion(secret, id);
  checkNotMoved(shown, before, 'replace-all');
  const value = await readValue(context, id);
  await removePending(shown, id, context);
  const put = (account: Account) =>
    replaceOn(account, logins.get(account) ?? before, value, context);
  failures.push(...(await onEach([...logins.keys()], put)));
  const failed = new Set(failures.map(({ cluster }) => cluster));
  const replaced = accounts.filter(({ cluster }) => !failed.has(cluster.name));
  if (replaced.length === 0) throw incomplete(failures);
  await moveCurrent(shown, value, replaced, context).catch((thrown: unknown) => {
    throw notMoved(thrown, id, replaced);
  });
  await expireOthers(id, context);
  const check = (account: Account) => checkReplaced(account, value, before, context);
  failures.push(...(await onEach(replaced, check)));
  failures.push(...(await findOmitted(before, read, context)));
  if (failures.length > 0) throw incomplete(failures);
  await changeLabel(secret, { label: REPLACING, from: id });
  return { versionId: id };
}

async function findLogins(
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
function checkLogins(failures: Failure[], accounts: Account[], state: SecretState): void {
  const isAll = failures.length === accounts.length;
  const fatal = failures.find(({ error }) => isAll || !SKIPPED_CODES.includes(error.code))?.error;
  if (fatal === undefined) return;
  const version = versionWithLabel(state, REPLACING);
  const mayBeValid =
    version !== undefined && !hasLabel(version, CURRENT) && REJECTED_CODES.includes(fatal.code);
  const move = mayBeValid ? `or move AWSCURRENT to version ${shownId(version.id)}; ` : '';
  throw rewordError(fatal, { before: UNCHANGED, after: `${move}then run replace-all again` });
}

/** Writes a version with a new password, LIVE and REPLACING, and returns its id. */
async function writeVersion(
  before: VersionValue,
  logins: Logins,
  context: Context,
): Promise<string> {
  const policies = await readPolicies(logins, context);
  const text = withNewPassword(before, policies, context);
  const id = randomUUID();
  await putVersion(context.secret, REPLACING, { id, text });
  return id;
}

/** The clusters reject AWSCURRENT until it moves. */
function notMoved(thrown: unknown, id: string, replaced: Account[]): RotationError {
  const names = replaced.map(({ cluster }) => cluster.name).join(', ');
  return rewordError(thrown, {
    before: `${names} accepts only version ${id}, and AWSCURRENT did not move to it`,
    after: 'then move AWSCURRENT to it, or run replace-all again',
  });
}
