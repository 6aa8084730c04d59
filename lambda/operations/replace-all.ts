import { randomUUID } from 'node:crypto';
import type { Account } from '../cluster/accounts.ts';
import { readPolicies } from '../cluster/password-policy.ts';
import type { Context } from '../context.ts';
import { RotationError, toRotationError } from '../errors.ts';
import type { ReplaceAllEvent } from '../event.ts';
import { withNewPassword } from '../password/generate.ts';
import {
  CURRENT,
  hasLabel,
  REPLACING,
  type SecretState,
  versionWithLabel,
} from '../secret/labels.ts';
import { waitForVersion } from '../secret/read-labels.ts';
import { changeLabel, describeSecret, putVersion } from '../secret/secrets-manager.ts';
import type { VersionValue } from '../secret/value.ts';
import { readAccounts, readValue, requireCurrent } from '../secret/versions.ts';
import { removedClusters } from './delete-expired.ts';
import { expireOthers, makeRoom, moveCurrent, removePending } from './promote.ts';
import { findCandidates, findLogin, replaceOn, requireReplaced } from './replace-passwords.ts';
import { labelChangesForCurrent } from './update-labels.ts';

// What is kept for the PUTs and what follows them: a cluster that hangs while a login is looked for
// must not use up the time of the others.
const RESERVE_MAX_MS = 60_000;
// A cluster that fails with one of these codes is left out. Any other error stops the replaceAll.
const IS_LEFT_OUT = /^(cluster_(unreachable|reply_unexpected)|certificate_refused|database_.*)$/;

/** A cluster on which a replaceAll has failed, which may still accept leaked passwords. */
type Failure = { cluster: string; error: RotationError };

/**
 * Before: anything; credentials may have leaked.
 * Does: makes a new password the user's only one on every cluster, and AWSCURRENT.
 * Safe to repeat because each run draws its own password, and nothing is resumed from labels:
 * REPLACING stays until a run has verified its effect on every cluster.
 */
export async function replaceAll({ Confirm }: ReplaceAllEvent, edges: Context): Promise<void> {
  const read = await describeSecret(edges.secret);
  const before = await readValue(edges, requireCurrent(read).id);
  if (before.username !== Confirm) {
    const what = "Confirm is another name, allowed is the username in the secret's value";
    const hint = "check the ARN; if it is right, correct username in the secret's value";
    throw new RotationError('event_invalid', what, { hint });
  }
  const accounts = await readAccounts(edges, before, read);
  const logins = new Map<Account, VersionValue>();
  const candidates = await findCandidates(before, read, edges);
  const reserve = Math.min(edges.timeLeft() / 2, RESERVE_MAX_MS);
  const asking = { ...edges, timeLeft: () => edges.timeLeft() - reserve };
  const failures = await tryEach(accounts, async (account) => {
    logins.set(account, await findLogin(account, candidates, before, asking));
  });
  checkLogins(failures, accounts, read);
  await makeRoom(read, before.versionId, edges);
  // A cluster that is down keeps the password that is replaced: the ledger must have it.
  for (const change of await labelChangesForCurrent(read, edges))
    await changeLabel(edges.secret, change);
  const id = await writeVersion(before, logins, edges);
  const shown = await waitForVersion(edges, id);
  if (requireCurrent(shown).id !== before.versionId) {
    const options = { hint: 'run replaceAll again' };
    throw new RotationError('secret_value_changed', 'AWSCURRENT has just moved', options);
  }
  const value = await readValue(edges, id);
  await removePending(shown, id, edges);
  const put = (account: Account) => replaceOn(account, logins.get(account) ?? before, value, edges);
  failures.push(...(await tryEach([...logins.keys()], put)));
  const isReplaced = ({ cluster }: Account) =>
    !failures.some((one) => one.cluster === cluster.name);
  const replaced = accounts.filter(isReplaced);
  if (replaced.length === 0) throw incomplete(failures);
  await moveCurrent(shown, value, replaced, edges);
  await expireOthers(id, edges);
  const verify = (account: Account) => requireReplaced(account, value, before, edges);
  failures.push(...(await tryEach(replaced, verify)), ...(await findLeft(candidates, edges)));
  if (failures.length > 0) throw incomplete(failures);
  await changeLabel(edges.secret, { label: REPLACING, from: id });
}

/** Finds clusters that AWSCURRENT, the first candidate, leaves out and a live version does not. */
async function findLeft([current, ...others]: VersionValue[], edges: Context): Promise<Failure[]> {
  const hint = "add it to clusters in the secret's value";
  const error = new RotationError('password_not_deleted', 'AWSCURRENT leaves it out', { hint });
  const left = others.map((one) => (current ? removedClusters(one, current, edges) : []));
  return [...new Set((await Promise.all(left)).flat())].map((cluster) => ({ cluster, error }));
}

/** Does something on each cluster, at the same time, and returns those on which it failed. */
async function tryEach(
  accounts: Account[],
  act: (account: Account) => Promise<void>,
): Promise<Failure[]> {
  const results = accounts.map((account) =>
    act(account).then(
      () => [],
      (thrown: unknown) => [{ cluster: account.cluster.name, error: toRotationError(thrown) }],
    ),
  );
  return (await Promise.all(results)).flat();
}

/** Throws if a cluster rejects the login, or if no cluster has a login. */
function checkLogins(failures: Failure[], accounts: Account[], staging: SecretState): void {
  const isAll = failures.length === accounts.length;
  const fatal = failures.find(({ error }) => isAll || !IS_LEFT_OUT.test(error.code))?.error;
  if (fatal === undefined) return;
  const version = versionWithLabel(staging, REPLACING);
  const isLeft =
    version !== undefined && !hasLabel(version, CURRENT) && /_refused$/.test(fatal.code);
  // An earlier run may have stopped after its PUT: the version with REPLACING is valid then.
  const then = isLeft ? `or move AWSCURRENT to version ${version.id}; ` : '';
  const hint = `${fatal.parts.hint}; ${then}then run replaceAll again`;
  const what = `nothing was changed: ${fatal.parts.what}`;
  throw new RotationError(fatal.code, what, { cause: fatal, hint });
}

/** Writes a version with a password of its own, LIVE and REPLACING, and returns its id. */
async function writeVersion(
  before: VersionValue,
  logins: ReadonlyMap<Account, VersionValue>,
  edges: Context,
): Promise<string> {
  const read = [...logins].map(([account, login]) => readPolicies(login, [account], edges));
  const text = withNewPassword(before, (await Promise.all(read)).flat(), edges);
  const id = randomUUID();
  await putVersion(edges.secret, REPLACING, { id, text });
  return id;
}

function incomplete(failures: Failure[]): RotationError {
  const names = failures.map(({ cluster }) => cluster).join(', ');
  const { error } = failures[0] ?? { error: toRotationError(undefined) };
  const what = `cluster ${names} may still accept leaked passwords: ${error.parts.what}`;
  const hint = `${error.parts.hint}; then run replaceAll again`;
  return new RotationError(error.code, what, { cause: error, hint });
}
