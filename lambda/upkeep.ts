import type { Account } from './accounts.ts';
import type { Edges } from './edges.ts';
import { RotationError, toRotationError } from './errors.ts';
import {
  applied,
  currentChanges,
  deletedChanges,
  expiryChanges,
  holders,
  isDue,
  type LabelChange,
} from './ledger.ts';
import { withLogin } from './login.ts';
import { prove, requireProof } from './proof.ts';
import { deletePassword } from './redis-enterprise/passwords.ts';
import { passwordOf, type SecretValue } from './secret-value.ts';
import { changeLabel, describeSecret } from './secrets-manager.ts';
import { CURRENT, findLabel, findVersion, type Staging, type Version } from './staging.ts';
import { findValue, readAccounts, readValue } from './versions.ts';

/** Brings the labels up to date; what fails is logged and returned, and the next one goes on. */
export async function keepLabels(
  staging: Staging,
  edges: Edges,
  known: { hasPassword: boolean; justReplaced?: string },
): Promise<{ staging: Staging; failures: RotationError[] }> {
  // The clock is read here: an overlap starts once AWSCURRENT has moved.
  const nowSeconds = edges.now() / 1_000;
  const changes = [
    ...currentChanges(staging, known.hasPassword),
    ...expiryChanges(staging, edges.settings, nowSeconds, known.justReplaced),
  ];
  let kept = staging;
  const failures = await attemptEach(changes, edges, async (change) => {
    await changeLabel(edges.secret, change);
    kept = applied(kept, change);
  });
  return { staging: kept, failures };
}

/**
 * Deletes the passwords of due versions. `proved` holds the versions proved in this invocation:
 * nothing is deleted unless AWSCURRENT is one of them.
 */
export async function deleteDue(
  staging: Staging,
  edges: Edges,
  proved: Set<string>,
): Promise<{ deleted: number; failures: RotationError[] }> {
  const due = staging.versions.filter((version) => isDue(version, edges.now() / 1_000));
  let deleted = 0;
  const failures = await attemptEach(due, edges, async ({ id }) => {
    if (await deleteVersion(id, edges, proved)) deleted += 1;
  });
  return { deleted, failures };
}

async function deleteVersion(id: string, edges: Edges, proved: Set<string>): Promise<boolean> {
  // The labels are read again: a rollback may have made the version AWSCURRENT by now.
  const staging = await describeSecret(edges.secret);
  const nowSeconds = edges.now() / 1_000;
  const version = findVersion(staging, id);
  const current = findLabel(staging, CURRENT);
  if (version === undefined || current === undefined || !isDue(version, nowSeconds)) return false;
  const value = await readValue(edges, id);
  const currentValue = await readValue(edges, current.id);
  if (value.username !== currentValue.username) {
    edges.log('WARN', 'due version of another user left alone', { versionId: id });
    return false;
  }
  if (!(await isHeld(value, holders(staging, nowSeconds), edges))) {
    const accounts = await readAccounts(edges, currentValue, staging);
    if (!proved.has(current.id)) {
      requireProof('current', await prove(currentValue, accounts, edges, { patient: false }));
      proved.add(current.id);
    }
    for (const account of accounts) await deleteOn(account, value, currentValue, edges);
  }
  for (const change of deletedChanges(version)) await changeLabel(edges.secret, change);
  return true;
}

/** Whether a version that stays holds the same password, as when somebody pasted it back. */
async function isHeld(value: SecretValue, stay: Version[], edges: Edges): Promise<boolean> {
  for (const { id } of stay) {
    const other = await findValue(edges, id);
    if (other?.username === value.username && other.password === value.password) return true;
  }
  return false;
}

async function deleteOn(
  account: Account,
  value: SecretValue,
  current: SecretValue,
  edges: Edges,
): Promise<void> {
  const gone = { username: value.username, password: passwordOf(value) };
  const outcome = await withLogin(account, current, edges, (api, login) =>
    deletePassword(api, login, gone),
  );
  if (outcome instanceof RotationError) {
    // It may have been deleted before, with the reply lost: a login with it tells.
    const refusal = await prove(value, [account], edges, { patient: false });
    if (refusal === undefined) throw outcome;
  }
  edges.log('INFO', 'password deleted', { cluster: account.cluster.name });
}

async function attemptEach<T extends LabelChange | Version>(
  items: T[],
  edges: Edges,
  act: (item: T) => Promise<void>,
): Promise<RotationError[]> {
  const failures: RotationError[] = [];
  for (const item of items) {
    try {
      await act(item);
    } catch (thrown) {
      const error = toRotationError(thrown);
      edges.log('ERROR', 'clean-up failed', { code: error.code, error: error.message });
      failures.push(error);
    }
  }
  return failures;
}
