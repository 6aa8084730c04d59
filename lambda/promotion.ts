import type { Account } from './accounts.ts';
import type { Edges } from './edges.ts';
import { waitForLabels } from './guard.ts';
import { currentChanges, expiryChanges, promotion } from './ledger.ts';
import { prove, requireProof } from './proof.ts';
import type { VersionValue } from './secret-value.ts';
import { changeLabel, describeSecret } from './secrets-manager.ts';
import { CURRENT, findLabel, has, PENDING, type Staging } from './staging.ts';
import { attemptEach } from './upkeep.ts';
import { requireCurrent } from './versions.ts';

/**
 * Waits before AWSCURRENT is moved again, 35 s in all: somebody else has moved it, and a read may
 * show that late. A rotation or an operator moves it once or twice, not for ever.
 */
const MOVE_WAITS_MS = [1_000, 4_000, 10_000, 20_000] as const;

// An invocation that has read labels that were behind may POST so much later.
const STALE_READS_MARGIN_SECONDS = 30;

/** No rotation that is under way goes on: its AWSPENDING goes, on AWSCURRENT too. */
export async function removePending(staging: Staging, own: string, edges: Edges): Promise<void> {
  for (const version of staging.versions) {
    if (version.id === own || !has(version, PENDING)) continue;
    await changeLabel(edges.secret, { takeOff: PENDING, from: version.id });
  }
}

/** Moves AWSCURRENT; a move of somebody else's in between calls for another verification. */
export async function moveCurrent(
  shown: Staging,
  value: VersionValue,
  replaced: Account[],
  edges: Edges,
): Promise<void> {
  let current = requireCurrent(shown);
  for (const wait of [...MOVE_WAITS_MS, undefined]) {
    try {
      return await changeLabel(edges.secret, promotion(current, value.versionId));
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
  const isMoved = (seen: Staging) => findLabel(seen, CURRENT)?.id === own;
  const staging = await waitForLabels(edges, isMoved, `AWSCURRENT on version ${own}`);
  const seconds = edges.settings.functionTimeoutSeconds + STALE_READS_MARGIN_SECONDS;
  const changes = [
    // A reconcile may have given the new version an expiry before it was AWSCURRENT.
    ...currentChanges(requireCurrent(staging), true),
    ...expiryChanges(staging, edges.now() / 1_000, () => seconds),
  ];
  await attemptEach(changes, edges, (change) => changeLabel(edges.secret, change));
}
