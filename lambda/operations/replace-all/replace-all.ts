import { randomUUID } from 'node:crypto';
import { type Account, readAccounts } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import {
  REPLACE_AGAIN,
  type RotationError,
  rewordError,
  toRotationError,
  UNCHANGED,
} from '../../errors.ts';
import type { ReplaceAllEvent } from '../../event.ts';
import { REPLACING } from '../../secret/labels.ts';
import { changeLabel, describeSecret, putVersion } from '../../secret/secrets-manager.ts';
import type { VersionValue } from '../../secret/value.ts';
import { readValue, requireCurrent } from '../../secret/versions.ts';
import { waitForVersion } from '../../secret/wait-for-labels.ts';
import { checkConfirm } from '../confirm.ts';
import { withNewPassword } from '../new-password.ts';
import { readPolicies } from '../policies.ts';
import { checkNotMoved, labelChangesForCurrent, removePending } from '../update-labels.ts';
import { incomplete, onEach } from './cluster-failures.ts';
import { expireOthers, makeRoom } from './expiries.ts';
import { findCandidates } from './find-login.ts';
import { checkLogins, findLogins, type Logins } from './find-logins.ts';
import { findOmitted } from './find-omitted.ts';
import { moveCurrent } from './move-current.ts';
import { checkReplaced, replaceOn } from './replace-passwords.ts';

/** The VersionId of the version that is AWSCURRENT now. */
export type Replaced = { versionId: string };

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
  let isStarted = false;
  try {
    return await run(Confirm, context, () => {
      isStarted = true;
    });
  } catch (thrown) {
    throw isStarted ? thrown : notStarted(thrown);
  }
}

async function run(confirm: string, context: Context, onStart: () => void): Promise<Replaced> {
  const { secret } = context;
  const read = await describeSecret(secret);
  const before = await readValue(context, requireCurrent(read).id);
  checkConfirm(confirm, before);
  const accounts = await readAccounts(context, before, read);
  const candidates = await findCandidates(before, read, context);
  const { logins, failures } = await findLogins(accounts, candidates, before, context);
  checkLogins(failures, accounts, read);
  onStart();
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

function notStarted(thrown: unknown): RotationError {
  const error = toRotationError(thrown);
  // An event that names another user by mistake must not lead to a replaceAll of this one.
  if (error.code === 'event_invalid') return error;
  return rewordError(error, {
    before: UNCHANGED,
    after: `then, if a password leaked, ${REPLACE_AGAIN}`,
  });
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
