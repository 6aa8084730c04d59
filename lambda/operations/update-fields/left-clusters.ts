import { type Account, readAccounts } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import { RotationError, rewordError } from '../../errors.ts';
import { isLive, type SecretState, shownId } from '../../secret/labels.ts';
import type { SecretValue, VersionValue } from '../../secret/value.ts';
import { findValidValue } from '../../secret/versions.ts';
import { isRejectedEverywhere } from '../../verification/verify.ts';
import { omittedClusters } from '../omitted-clusters.ts';

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
  if (left.length > 0 || next.apiLoginName !== before.apiLoginName) {
    await checkVersions(before, next, left, state, context);
  }
  if (left.length === 0 || before.password === undefined) return;
  const accounts = await readAccounts(context, before, state);
  for (const account of accounts.filter(({ cluster }) => left.includes(cluster.name))) {
    if (await isRejectedBy(account, before, context)) continue;
    throw mayBeOn(account.cluster.name, 'AWSCURRENT');
  }
}

/** @throws `password_not_deleted` if the password of another version could not be deleted. */
async function checkVersions(
  before: VersionValue,
  next: SecretValue,
  left: string[],
  { versions }: SecretState,
  context: Context,
): Promise<void> {
  for (const { id } of versions.filter((one) => isLive(one) && one.id !== before.versionId)) {
    // The function does not set LIVE on an invalid value.
    const value = await findValidValue(context, id);
    if (value?.username !== before.username) continue;
    const name = left.find((one) => value.clusters?.includes(one) ?? true);
    if (name !== undefined) throw mayBeOn(name, `version ${shownId(id)}`);
    const { apiLoginName } = value;
    if (apiLoginName === next.apiLoginName || apiLoginName !== before.apiLoginName) continue;
    const what = `email changes, and the password of version ${shownId(id)} may be valid`;
    throw new RotationError('password_not_deleted', what, { hint: EMAIL_HINT });
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
    throw rewordError(thrown, { after: GONE_HINT });
  }
}

/** Returns the clusters that leave, without those that no longer exist. */
async function clustersLeft(
  before: SecretValue,
  next: SecretValue,
  context: Context,
): Promise<string[]> {
  const { listed } = await context.readParameters();
  const omitted = await omittedClusters(before, next, context);
  return omitted.filter((name) => listed?.includes(name) ?? true);
}

function mayBeOn(cluster: string, version: string): RotationError {
  const what = `clusters leaves out ${cluster}, where the password of ${version} may be valid`;
  return new RotationError('password_not_deleted', what, { hint: LEFT_HINT });
}
