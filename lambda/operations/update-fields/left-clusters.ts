import { type Account, readAccounts } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import { RotationError, toRotationError } from '../../errors.ts';
import { isLive, type SecretState } from '../../secret/labels.ts';
import type { SecretValue, VersionValue } from '../../secret/value.ts';
import { findValue } from '../../secret/versions.ts';
import { isRejectedEverywhere } from '../../verification/verify.ts';
import { clustersWithout } from './joined-clusters.ts';

const GONE_HINT = 'if the cluster no longer exists, remove it from the list clusters';
const LEFT_HINT =
  'wait until reconcile has deleted the passwords of other versions, delete the user on that ' +
  `cluster, then deploy again; ${GONE_HINT}`;
const EMAIL_HINT = 'wait until reconcile has deleted its password, then deploy again';

/**
 * Checks that the function can still delete every password that it may have added: it deletes only
 * on AWSCURRENT's clusters, for AWSCURRENT's user and email.
 * @throws `password_not_deleted`
 */
export async function checkDeletable(
  before: VersionValue,
  next: SecretValue,
  state: SecretState,
  context: Context,
): Promise<void> {
  const left = await clustersLeft(before, next, context);
  for (const { id } of state.versions.filter(isLive)) {
    // An invalid value has LIVE only if somebody else set the label.
    const value = await findValue(context, id).catch(() => undefined);
    if (id === before.versionId || value?.username !== before.username) continue;
    const names = left.find((name) => value.clusters?.includes(name) ?? true);
    if (names !== undefined) throw mayBeOn(names, `version ${id}`);
    const { apiLoginName } = value;
    if (apiLoginName === next.apiLoginName || apiLoginName !== before.apiLoginName) continue;
    const what = `email changes, and the password of version ${id} may be valid`;
    throw new RotationError('password_not_deleted', what, { hint: EMAIL_HINT });
  }
  if (left.length === 0 || before.password === undefined) return;
  const accounts = await readAccounts(context, before, state);
  for (const account of accounts.filter(({ cluster }) => left.includes(cluster.name))) {
    if (await isRejectedBy(account, before, context)) continue;
    throw mayBeOn(account.cluster.name, 'AWSCURRENT');
  }
}

async function isRejectedBy(
  account: Account,
  value: VersionValue,
  context: Context,
): Promise<boolean> {
  try {
    return await isRejectedEverywhere(value, account, context);
  } catch (thrown) {
    const { code, what, hint } = toRotationError(thrown);
    throw new RotationError(code, what, { cause: thrown, hint: `${hint}; ${GONE_HINT}` });
  }
}

/** Returns the clusters that leave, without those that no longer exist. */
async function clustersLeft(
  before: SecretValue,
  next: SecretValue,
  context: Context,
): Promise<string[]> {
  const { clusters, listed } = await context.readParameters();
  const existing = listed ?? [...clusters.keys()];
  return (await clustersWithout(before, next, context)).filter((name) => existing.includes(name));
}

function mayBeOn(cluster: string, version: string): RotationError {
  const what = `clusters leaves out ${cluster}, where the password of ${version} may be valid`;
  return new RotationError('password_not_deleted', what, { hint: LEFT_HINT });
}
