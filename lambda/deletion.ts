import type { Account } from './accounts.ts';
import type { Edges } from './edges.ts';
import { USER_TAG } from './environment.ts';
import type { RotationError } from './errors.ts';
import { deletedChanges, holders, isDue } from './ledger.ts';
import { logged } from './log.ts';
import { isRefused, prove, requireProof } from './proof.ts';
import { withChange } from './redis-enterprise/generations.ts';
import { deletePassword } from './redis-enterprise/passwords.ts';
import type { VersionValue } from './secret-value.ts';
import { changeLabel, describeSecret } from './secrets-manager.ts';
import { CURRENT, findLabel, findVersion, isInUse, type Version } from './staging.ts';
import { attemptEach } from './upkeep.ts';
import { findValue, readAccounts, readValue } from './versions.ts';

/** What became of versions: passwords deleted, and versions that are off the ledger. */
type Swept = { deleted: number; closed: number; failures: RotationError[] };

/** What becomes of one version. */
type Outcome = 'deleted' | 'closed' | 'kept';

/**
 * Deletes the passwords of expired versions, and removes the labels of versions of another user.
 * `proved` holds the versions that were verified in this invocation: without AWSCURRENT among them
 * nothing is deleted.
 */
export async function deleteExpired(
  versions: Version[],
  edges: Edges,
  proved: Set<string>,
): Promise<Swept> {
  const outcomes: Outcome[] = [];
  const failures = await attemptEach(versions, edges, async ({ id }) => {
    // Stop after one rejected login, to avoid a lock-out; the next reconcile goes on from here.
    if (edges.refusedLogins.size > 0) return;
    outcomes.push(await closeVersion(id, edges, proved));
  });
  const count = (...wanted: Outcome[]) => outcomes.filter((one) => wanted.includes(one)).length;
  return { deleted: count('deleted'), closed: count('deleted', 'closed'), failures };
}

async function closeVersion(id: string, edges: Edges, proved: Set<string>): Promise<Outcome> {
  // The labels are read again: a rollback may have made the version AWSCURRENT by now.
  const staging = await describeSecret(edges.secret);
  const version = findVersion(staging, id);
  const current = findLabel(staging, CURRENT);
  if (version === undefined || current === undefined || isInUse(version)) return 'kept';
  const value = await readValue(edges, id);
  const currentValue = await readValue(edges, current.id);
  // Before anything else: AWSCURRENT is that of the user that the tag names.
  const accounts = await readAccounts(edges, currentValue, staging);
  const removeLabels = async (outcome: Outcome) => {
    for (const change of deletedChanges(version)) await changeLabel(edges.secret, change);
    return outcome;
  };
  if (value.username !== currentValue.username) {
    const isBound = staging.tags.has(USER_TAG);
    const what = isBound ? 'its labels are removed' : 'it is left alone: the secret has no tag';
    edges.log('WARN', `version of another user: ${what}`, { versionId: id });
    return isBound ? removeLabels('closed') : 'kept';
  }
  if (!isDue(version, edges.now() / 1_000)) return 'kept';
  const left = await clustersLeft(value.clusters, currentValue.clusters, edges);
  if (left.length > 0) {
    // AWSCURRENT cannot be verified there.
    const message = 'due version of a cluster that AWSCURRENT leaves out is left alone';
    edges.log('WARN', message, { versionId: id, clusters: left });
    return 'kept';
  }
  const { password } = value;
  const held = await passwordsOf(value.username, holders(staging, edges.now() / 1_000), edges);
  if (password === undefined || held.includes(password)) return removeLabels('closed');
  if (!proved.has(current.id)) {
    requireProof('current', await prove(currentValue, accounts, edges, { patient: false }));
    proved.add(current.id);
  }
  for (const account of accounts) {
    const fields = { cluster: account.cluster.name, versionId: id };
    await logged(edges, 'password deleted', fields, () =>
      deleteOn(account, currentValue, password, edges),
    );
  }
  return removeLabels('deleted');
}

/** The clusters that there are of those which one version names and another does not. */
async function clustersLeft(
  from: string[] | undefined,
  to: string[] | undefined,
  edges: Edges,
): Promise<string[]> {
  const there = [...(await edges.clusters()).clusters.keys()];
  return there.filter((name) => (from?.includes(name) ?? true) && to?.includes(name) === false);
}

/** The passwords of a user in versions that stay, as when somebody pasted an old one back. */
async function passwordsOf(username: string, stay: Version[], edges: Edges): Promise<string[]> {
  const values = await Promise.all(stay.map(({ id }) => findValue(edges, id)));
  return values.flatMap((value) => (value?.username === username ? (value.password ?? []) : []));
}

async function deleteOn(
  account: Account,
  current: VersionValue,
  password: string,
  edges: Edges,
): Promise<'deleted' | 'gone before'> {
  const outcome = await withChange(account, current, edges, (api, login, username) =>
    deletePassword(api, login, { username, password }),
  );
  if (outcome === 'deleted') return outcome;
  // It may have been deleted before, with the reply lost: a login with it tells, as long as the
  // account is not locked, when every login is refused.
  const isShut = (await prove(current, [account], edges, { patient: false })) !== undefined;
  if (isShut || !(await isRefused({ ...current, password }, account, edges))) throw outcome;
  return 'gone before';
}
