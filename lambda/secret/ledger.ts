import { RotationError } from '../errors.ts';
import {
  CURRENT,
  expiresLabel,
  expiresLabels,
  expiryOf,
  hasLabel,
  isInUse,
  isLive,
  liveLabel,
  PENDING,
  type SecretState,
  type Version,
  versionWithLabel,
} from './labels.ts';

/**
 * Sets a label on a version, moves it there from another version, or (without `to`) removes it.
 * The ledger is pure: it turns labels, settings and the time into changes of labels.
 */
export type LabelChange = { label: string; to?: string; from?: string | undefined };

/** AWS's limit of staging labels on all versions of a secret. */
export const LABELS_MAX = 20;
// A rotation needs LIVE on its version, perhaps LIVE on AWSCURRENT, AWSPREVIOUS, and EXPIRES.
export const LABELS_BESIDE_PENDING = 4;
// More overlapping passwords than this reach the limit of labels.
export const ROTATIONS_PER_OVERLAP_MAX = 4;

/**
 * How far reads of labels may be behind: another invocation may act on labels of that age. AWS
 * publishes no figure.
 */
export const STALE_READS_SECONDS = 30;

export function freeLabels(state: SecretState): number {
  return LABELS_MAX - state.versions.flatMap(({ labels }) => labels).length;
}

/** Returns how many labels the next rotation needs, AWSPENDING included if no version has it. */
export function rotationLabels(state: SecretState): number {
  return versionWithLabel(state, PENDING) ? LABELS_BESIDE_PENDING : LABELS_BESIDE_PENDING + 1;
}

/** Returns `labels_exhausted` if a secret has too few free labels. Default: for a rotation. */
export function labelCapacityError(
  state: SecretState,
  needed = rotationLabels(state),
  hint?: string,
): RotationError | undefined {
  const free = freeLabels(state);
  if (free >= needed) return undefined;
  const what = `the secret has ${free} free staging labels of ${LABELS_MAX}, but needs ${needed}`;
  return new RotationError('labels_exhausted', what, { hint });
}

/**
 * Returns the changes that make AWSCURRENT live and without expiry. `from` is the version that has
 * the LIVE label of AWSCURRENT, if another version has it.
 */
export function currentChanges(current: Version, needsLive: boolean, from?: string): LabelChange[] {
  const isMissing = needsLive && !isLive(current);
  const live = isMissing ? [{ label: liveLabel(current.id), to: current.id, from }] : [];
  return [...live, ...expiryRemovals(current)];
}

export function expiryRemovals(version: Version): LabelChange[] {
  return expiresLabels(version).map(({ label }) => ({ label, from: version.id }));
}

/**
 * Returns an expiry for each version that needs one, `secondsFor` from now, and the removal of each
 * expiry on a version without LIVE. Returns only as many expiries as the secret has free labels,
 * but at least one, so that AWS's error is reported.
 */
export function expiryChanges(
  state: SecretState,
  nowSeconds: number,
  secondsFor: (version: Version) => number,
): LabelChange[] {
  const { versions } = state;
  const gone = versions.filter((version) => !isLive(version) && !hasLabel(version, CURRENT));
  const leftovers = gone.flatMap(expiryRemovals);
  const free = Math.max(1, freeLabels(state) + leftovers.length);
  const unset = versions.filter(needsExpiry).slice(0, free);
  const expiries = unset.map((version) => {
    const seconds = secondsFor(version);
    // Rounded up, so that an overlap is never a fraction of a second short; 0 expires immediately.
    const at = seconds === 0 ? Math.floor(nowSeconds) : Math.ceil(nowSeconds + seconds);
    return { label: expiresLabel(version.id, at), to: version.id };
  });
  return [...leftovers, ...expiries];
}

/** Whether a version is live, not in use, and has no expiry yet. */
export function needsExpiry(version: Version): boolean {
  return isLive(version) && !isInUse(version) && expiresLabels(version).length === 0;
}

/** Whether the password of a version must be deleted: live, not in use, and past its expiry. */
export function isExpired(version: Version, nowSeconds: number): boolean {
  const at = expiryOf(version);
  return isLive(version) && !isInUse(version) && at !== undefined && at <= nowSeconds;
}

/** Returns the removals for a version whose password is on no cluster any more; LIVE first. */
export function deletionChanges(version: Version): LabelChange[] {
  return [{ label: liveLabel(version.id), from: version.id }, ...expiryRemovals(version)];
}

/** Returns the versions whose passwords must stay valid. */
export function versionsToKeep(state: SecretState, nowSeconds: number): Version[] {
  return state.versions.filter(
    (version) => isInUse(version) || (isLive(version) && !isExpired(version, nowSeconds)),
  );
}

/** Whether the labels show a change. */
export function isApplied(state: SecretState, { label, to, from }: LabelChange): boolean {
  const holder = versionWithLabel(state, label)?.id;
  return to === undefined ? holder !== from : holder === to;
}

/** Returns the labels after a change. A label is on one version only. */
export function applyChange(state: SecretState, { label, to, from }: LabelChange): SecretState {
  const versions = state.versions.map(({ id, labels }) => {
    const isRemoved = to !== undefined || id === from;
    const kept = isRemoved ? labels.filter((one) => one !== label) : labels;
    return { id, labels: id === to ? [...kept, label] : kept };
  });
  return { ...state, versions };
}
