import type { Account } from '../cluster/accounts.ts';
import type { Edges } from '../context.ts';
import {
  CURRENT,
  findLabel,
  has,
  isInUse,
  isLive,
  liveLabel,
  PENDING,
  PREVIOUS,
  REPLACING,
  type Staging,
} from '../secret/labels.ts';
import {
  currentChanges,
  expiryChanges,
  expiryRemovals,
  LABELS_MAX,
  labelsTaken,
  roomTooSmall,
} from '../secret/ledger.ts';
import { waitForLabels } from '../secret/read-labels.ts';
import { changeLabel, describeSecret } from '../secret/secrets-manager.ts';
import type { VersionValue } from '../secret/value.ts';
import { requireCurrent } from '../secret/versions.ts';
import { prove, requireProof } from '../verification/verify.ts';
import { attemptEach, labelsNow } from './update-labels.ts';

// Waits before the next try, 35 s in all: AWSCURRENT was moved, and reads may be 30 s behind.
const MOVE_WAITS_MS = [1_000, 4_000, 10_000, 20_000] as const;

const FULL_HINT = 'remove LIVE from the version that expired first, then run replaceAll again';

// Reads may be 30 s behind: an invocation that read old labels may send its POST that much later.
const STALE_READS_MARGIN_SECONDS = 30;

/**
 * Removes expiries until a run has room for its labels; expireOthers or reconcile set them again.
 * @throws `labels_exhausted` if that is not enough.
 */
export async function makeRoom(read: Staging, current: string, edges: Edges): Promise<void> {
  const wanted = [REPLACING, PREVIOUS, liveLabel(current)].filter((one) => !findLabel(read, one));
  const needed = wanted.length + 1;
  const others = read.versions.filter((version) => isLive(version) && !isInUse(version));
  const missing = Math.max(0, labelsTaken(read) + needed - LABELS_MAX);
  for (const change of others.flatMap(expiryRemovals).slice(0, missing))
    await changeLabel(edges.secret, change);
  const full = roomTooSmall(labelsNow(read, edges), needed, FULL_HINT);
  if (full !== undefined) throw full;
}

/** Removes AWSPENDING from each other version, so that no rotation goes on with its password. */
export async function removePending(staging: Staging, own: string, edges: Edges): Promise<void> {
  for (const version of staging.versions) {
    if (version.id === own || !has(version, PENDING)) continue;
    await changeLabel(edges.secret, { label: PENDING, from: version.id });
  }
}

/** Moves AWSCURRENT. If it was moved meanwhile, verifies the new password before the next try. */
export async function moveCurrent(
  shown: Staging,
  value: VersionValue,
  replaced: Account[],
  edges: Edges,
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
      requireProof('replacing', await prove(value, replaced, edges, { patient: true }));
    }
  }
}

/** Gives every other live version an expiry; what fails is left to reconcile. */
export async function expireOthers(own: string, edges: Edges): Promise<void> {
  const staging = await waitForLabels(edges, [{ label: CURRENT, to: own }]);
  const seconds = edges.settings.functionTimeoutSeconds + STALE_READS_MARGIN_SECONDS;
  const changes = [
    // A reconcile may have given the new version an expiry before it was AWSCURRENT.
    ...currentChanges(requireCurrent(staging), true),
    ...expiryChanges(staging, edges.now() / 1_000, () => seconds),
  ];
  await attemptEach(changes, edges, (change) => changeLabel(edges.secret, change));
}
