import { retry } from '../../clock.ts';
import type { Account } from '../../cluster/accounts.ts';
import type { Context } from '../../context.ts';
import {
  CURRENT,
  hasLabel,
  isInUse,
  isLive,
  liveLabel,
  PENDING,
  PREVIOUS,
  REPLACING,
  type SecretState,
  versionWithLabel,
} from '../../secret/labels.ts';
import {
  currentChanges,
  expiryChanges,
  expiryRemovals,
  LABELS_MAX,
  labelCapacityError,
  labelCount,
} from '../../secret/ledger.ts';
import { changeLabel, describeSecret } from '../../secret/secrets-manager.ts';
import type { VersionValue } from '../../secret/value.ts';
import { requireCurrent } from '../../secret/versions.ts';
import { waitForLabels } from '../../secret/wait-for-labels.ts';
import { assertAccepted, findRejection } from '../../verification/verify.ts';
import { labelsNow, tryEach } from '../update-labels.ts';

// Waits before AWSCURRENT is moved again, 35 s in total: reads may be 30 s behind.
const MOVE_WAITS_MS = [1_000, 4_000, 10_000, 20_000] as const;

const FULL_HINT = 'remove LIVE from the version that expired first, then run replaceAll again';

// Reads may be 30 s behind: another invocation may act on labels of that age.
const STALE_READS_MARGIN_SECONDS = 30;

/**
 * Removes expiries until the secret has room for the labels of a replaceAll; expireOthers or
 * reconcile sets them again. @throws `labels_exhausted` if that is not enough.
 */
export async function makeRoom(read: SecretState, current: string, context: Context) {
  const wanted = [REPLACING, PREVIOUS, liveLabel(current)];
  const needed = wanted.filter((label) => !versionWithLabel(read, label)).length + 1;
  const others = read.versions.filter((version) => isLive(version) && !isInUse(version));
  const missing = Math.max(0, labelCount(read) + needed - LABELS_MAX);
  for (const change of others.flatMap(expiryRemovals).slice(0, missing)) {
    await changeLabel(context.secret, change);
  }
  const full = labelCapacityError(labelsNow(read, context), needed, FULL_HINT);
  if (full !== undefined) throw full;
}

/** Removes AWSPENDING from all other versions: no rotation may continue with their passwords. */
export async function removePending(state: SecretState, own: string, { secret }: Context) {
  for (const version of state.versions) {
    if (version.id === own || !hasLabel(version, PENDING)) continue;
    await changeLabel(secret, { label: PENDING, from: version.id });
  }
}

/**
 * Moves AWSCURRENT to a version. If another client moved it meanwhile, verifies the new password
 * again before each retry.
 */
export async function moveCurrent(
  shown: SecretState,
  value: VersionValue,
  replaced: Account[],
  context: Context,
): Promise<void> {
  const { secret } = context;
  let current = requireCurrent(shown);
  let failure: unknown;
  const isMoved = await retry(MOVE_WAITS_MS, context, async () => {
    if (failure !== undefined) {
      current = requireCurrent(await describeSecret(secret));
      if (current.id === value.versionId) return true;
      const options = { retryRejected: true };
      assertAccepted('replacing', await findRejection(value, replaced, context, options));
    }
    try {
      await changeLabel(secret, { label: CURRENT, to: value.versionId, from: current.id });
      return true;
    } catch (error) {
      failure = error;
      return undefined;
    }
  });
  if (isMoved === undefined) throw failure;
}

/** Gives every other live version an expiry. Logs failures; reconcile repeats the work. */
export async function expireOthers(own: string, context: Context): Promise<void> {
  const { secret, settings } = context;
  const state = await waitForLabels(secret, [{ label: CURRENT, to: own }]);
  const seconds = settings.functionTimeoutSeconds + STALE_READS_MARGIN_SECONDS;
  const changes = [
    // A reconcile may have given the new version an expiry before it became AWSCURRENT.
    ...currentChanges(requireCurrent(state), true),
    ...expiryChanges(state, context.now() / 1_000, () => seconds),
  ];
  await tryEach(changes, context, (change) => changeLabel(secret, change));
}
