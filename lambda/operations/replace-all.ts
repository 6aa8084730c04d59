import { createHash, randomUUID } from 'node:crypto';
import type { Account } from '../accounts.ts';
import type { Edges } from '../edges.ts';
import { RotationError } from '../errors.ts';
import type { ReplaceEvent } from '../event.ts';
import { stillReplacing } from '../guard.ts';
import { proveSelf } from '../proof.ts';
import { withNewPassword } from '../random-password.ts';
import { loginRefused } from '../redis-enterprise/api.ts';
import { withChange } from '../redis-enterprise/generations.ts';
import { authorize } from '../redis-enterprise/passwords.ts';
import { readPolicies } from '../redis-enterprise/policy.ts';
import { finishReplacing } from '../replacing.ts';
import type { VersionValue } from '../secret-value.ts';
import { changeLabel, describeSecret, putVersion } from '../secrets-manager.ts';
import { CURRENT, findLabel, REPLACING } from '../staging.ts';
import { changesOfCurrent } from '../upkeep.ts';
import { readAccounts, readValue, requireCurrent } from '../versions.ts';

/**
 * Before: anything; credentials may have leaked.
 * Does: makes a new password the user's only one on every cluster, and AWSCURRENT.
 * Safe to repeat because a version with REPLACING is resumed, by reconcile too.
 */
export async function replaceAll({ Confirm }: ReplaceEvent, edges: Edges): Promise<void> {
  const staging = await describeSecret(edges.secret);
  const value = await readValue(edges, requireCurrent(staging).id);
  if (value.username !== Confirm) {
    const what = "Confirm is another name, allowed is the username in the secret's value";
    throw new RotationError('event_invalid', what);
  }
  const replacing = findLabel(staging, REPLACING);
  if (replacing !== undefined) return finishReplacing(replacing.id, edges);
  const accounts = await readAccounts(edges, value, staging);
  await tryLogins(value, accounts, edges);
  // What is replaced is on the ledger, too: a cluster that is down keeps it for a while.
  for (const change of await changesOfCurrent(staging, edges)) {
    await changeLabel(edges.secret, change);
  }
  const { id, isOurs } = await bringIn(value, accounts, edges);
  await finishReplacing(id, edges, isOurs ? value : undefined);
}

/** Every cluster answers and accepts the login, or nothing changes. */
async function tryLogins(value: VersionValue, accounts: Account[], edges: Edges): Promise<void> {
  await proveSelf(value, accounts, edges);
  for (const account of accounts) {
    await withChange(account, value, edges, async (api, login) => {
      const verdict = await authorize(api, login);
      if (verdict === 'refused') throw loginRefused(api, 'before anything was changed');
    });
  }
}

/**
 * Writes the version that comes in. Its id follows from the version that it replaces, so that two
 * runs at once bring in one password.
 */
async function bringIn(
  value: VersionValue,
  accounts: Account[],
  edges: Edges,
): Promise<{ id: string; isOurs: boolean }> {
  const policies = await readPolicies(value, accounts, edges);
  const text = await withNewPassword(value, policies, edges);
  const id = createHash('sha256').update(`replaceAll ${value.versionId}`).digest('hex');
  if (await putVersion(edges.secret, REPLACING, { id, text })) return { id, isOurs: true };
  if ((await stillReplacing(id, edges)) !== undefined) return { id, isOurs: false };
  // Either the other run is done already, or it was long ago and somebody has rolled back since.
  const current = findLabel(await describeSecret(edges.secret), CURRENT);
  if (current?.id !== value.versionId) return { id, isOurs: false };
  const another = randomUUID();
  await putVersion(edges.secret, REPLACING, { id: another, text });
  return { id: another, isOurs: true };
}
