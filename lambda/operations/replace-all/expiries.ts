import type { Context } from '../../context.ts';
import {
  CURRENT,
  isInUse,
  isLive,
  liveLabel,
  PREVIOUS,
  REPLACING,
  type SecretState,
  versionWithLabel,
} from '../../secret/labels.ts';
import {
  currentChanges,
  expiryChanges,
  expiryRemovals,
  freeLabels,
  labelCapacityError,
  STALE_READS_SECONDS,
} from '../../secret/ledger.ts';
import { changeLabel } from '../../secret/secrets-manager.ts';
import { requireCurrent } from '../../secret/versions.ts';
import { waitForLabels } from '../../secret/wait-for-labels.ts';
import { labelsNow, tryEach } from '../update-labels.ts';

const FULL_HINT = 'remove LIVE from the version that expired first, then run replace-all again';

/**
 * Removes expiries until the secret has room for the labels of a replaceAll; expireOthers or
 * reconcile sets them again. @throws `labels_exhausted` if that is not enough.
 */
export async function makeRoom(read: SecretState, current: string, context: Context) {
  const wanted = [REPLACING, PREVIOUS, liveLabel(current)];
  const needed = wanted.filter((label) => !versionWithLabel(read, label)).length + 1;
  const others = read.versions.filter((version) => isLive(version) && !isInUse(version));
  const missing = Math.max(0, needed - freeLabels(read));
  for (const change of others.flatMap(expiryRemovals).slice(0, missing)) {
    await changeLabel(context.secret, change);
  }
  const full = labelCapacityError(labelsNow(read, context), needed, FULL_HINT);
  if (full !== undefined) throw full;
}

/** Gives every other live version an expiry. Logs failures; reconcile repeats the work. */
export async function expireOthers(own: string, context: Context): Promise<void> {
  const { secret, settings } = context;
  const state = await waitForLabels(secret, [{ label: CURRENT, to: own }]);
  const seconds = settings.functionTimeoutSeconds + STALE_READS_SECONDS;
  const changes = [
    // A reconcile may have given the new version an expiry before it became AWSCURRENT.
    ...currentChanges(requireCurrent(state), true),
    ...expiryChanges(state, context.now() / 1_000, () => seconds),
  ];
  await tryEach(changes, context, (change) => changeLabel(secret, change));
}
