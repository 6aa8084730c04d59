import type { Edges } from '../edges.ts';
import { RotationError } from '../errors.ts';
import type { Guarded } from '../guard.ts';
import { logged } from '../log.ts';
import { proveSelf } from '../proof.ts';
import { withChange } from '../redis-enterprise/generations.ts';
import { addPassword } from '../redis-enterprise/passwords.ts';
import { forgetRefusal } from '../refusals.ts';
import { changedField, passwordOf } from '../secret-value.ts';
import { readAccounts, readValue } from '../versions.ts';

/**
 * Before: the pending version has a value and LIVE.
 * Does: adds its password to the user's list on every cluster; every other password stays.
 * Safe to repeat because a password that is there is not added again.
 */
export async function setSecret(
  { staging, current, pending }: Guarded,
  edges: Edges,
): Promise<void> {
  const [before, after] = await Promise.all([
    readValue(edges, current.id),
    readValue(edges, pending.id),
  ]);
  const changed = changedField(before, after);
  if (changed !== undefined) throw valueChanged(changed);
  const accounts = await readAccounts(edges, before, staging);
  await proveSelf(before, accounts, edges);
  const password = passwordOf(after);
  for (const account of accounts) {
    const fields = { cluster: account.cluster.name, versionId: pending.id };
    await logged(edges, 'password added', fields, () =>
      withChange(account, before, edges, (api, login, username) =>
        addPassword(api, login, { username, password }),
      ),
    );
    forgetRefusal(fields, edges);
  }
}

function valueChanged(field: string): RotationError {
  const what = `secret value: ${field} differs between AWSPENDING and AWSCURRENT`;
  return new RotationError('secret_value_changed', `${what}, allowed is password alone`);
}
