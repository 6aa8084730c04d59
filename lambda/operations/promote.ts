import type { Account } from '../cluster/accounts.ts';
import type { Context } from '../context.ts';
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
} from '../secret/labels.ts';
import {
  currentChanges,
  expiryChanges,
  expiryRemovals,
  LABELS_MAX,
  labelCapacityError,
  labelCount,
} from '../secret/ledger.ts';
import { waitForLabels } from '../secret/read-labels.ts';
import { changeLabel, describeSecret } from '../secret/secrets-manager.ts';
import type { VersionValue } from '../secret/value.ts';
import { requireCurrent } from '../secret/versions.ts';
import { assertAccepted, verifyPassword } from '../verification/verify.ts';
import { labelsNow, tryEach } from './update-labels.ts';

// Waits before the next try, 35 s in all: AWSCURRENT was moved, and reads may be 30 s behind.
const MOVE_WAITS_MS = [1_000, 4_000, 10_000, 20_000] as const;

const FULL_HINT = 'remove LIVE from the version that expired first, then run replaceAll again';

// Reads may be 30 s behind: an invocation that read old labels may send its POST that much later.
const STALE_READS_MARGIN_SECONDS = 30;

/**
 * Removes expiries until a run has room for its labels; expireOthers or reconcile set them again.
 * @throws `labels_exhausted` if that is not enough.
 */
export async function makeRoom(read: SecretState, current: string, edges: Context): Promise<void> {
  const wanted = [REPLACING, PREVIOUS, liveLabel(current)].filter(
    (one) => !versionWithLabel(read, one),
  );
  const needed = wanted.length + 1;
  const others = read.versions.filter((version) => isLive(version) && !isInUse(version));
  const missing = Math.max(0, labelCount(read) + needed - LABELS_MAX);
  for (const change of others.flatMap(expiryRemovals).slice(0, missing))
    await changeLabel(edges.secret, change);
  const full = labelCapacityError(labelsNow(read, edges), needed, FULL_HINT);
  if (full !== undefined) throw full;
}

/** Removes AWSPENDING from each other version, so that no rotation goes on with its password. */
export async function removePending(
  staging: SecretState,
  own: string,
  edges: Context,
): Promise<void> {
  for (const version of staging.versions) {
    if (version.id === own || !hasLabel(version, PENDING)) continue;
    await changeLabel(edges.secret, { label: PENDING, from: version.id });
  }
}

/** Moves AWSCURRENT. If it was moved meanwhile, verifies the new password before the next try. */
export async function moveCurrent(
  shown: SecretState,
  value: VersionValue,
  replaced: Account[],
  edges: Context,
): Promise<void> {
  let current = requireCurrent(shown);
  for (const wait of [...MOVE_WAITS_MS, undefined]) {
    try {
      const move = { label: CURRENT, to: value.versionId, from: current.id };
      return await changeLabel(edges.secret, move);
    } catch (error) {
      if (wait === undefined || edges.timeLeft() <= wait) throw error;
      await edges.sleep(wait);
      current = requireCurrent(await describeSecret(edges.secret));
      if (current.id === value.versionId) return;
      assertAccepted(
        'replacing',
        await verifyPassword(value, replaced, edges, { retryRejected: true }),
      );
    }
  }
}

/** Gives every other live version an expiry; what fails is left to reconcile. */
export async function expireOthers(own: string, edges: Context): Promise<void> {
  const staging = await waitForLabels(edges, [{ label: CURRENT, to: own }]);
  const seconds = edges.settings.functionTimeoutSeconds + STALE_READS_MARGIN_SECONDS;
  const changes = [
    // A reconcile may have given the new version an expiry before it was AWSCURRENT.
    ...currentChanges(requireCurrent(staging), true),
    ...expiryChanges(staging, edges.now() / 1_000, () => seconds),
  ];
  await tryEach(changes, edges, (change) => changeLabel(edges.secret, change));
}
