import { RotationError } from '../errors.ts';
import {
  CURRENT,
  expiresLabel,
  expiresLabels,
  hasLabel,
  isInUse,
  isLive,
  liveLabel,
  type SecretState,
  type Version,
  versionWithLabel,
} from './labels.ts';

/**
 * The ledger: which passwords may be live and until when, in the labels that ARCHITECTURE.md lists.
 * Everything here is pure: labels, settings and the clock in, label changes out.
 */
export type LabelChange = { label: string; to?: string; from?: string | undefined };

/** AWS's limit of staging labels on all versions of a secret. */
export const LABELS_MAX = 20;
// A rotation needs LIVE on the new version and perhaps the current one, AWSPREVIOUS, EXPIRES.
export const LABELS_FREE_MIN = 4;

export function labelCount(staging: SecretState): number {
  return staging.versions.reduce((count, version) => count + version.labels.length, 0);
}

/** `labels_exhausted` if a secret has too little room; `needed` is what a rotation needs. */
export function labelCapacityError(
  staging: SecretState,
  needed = LABELS_FREE_MIN,
  hint?: string,
): RotationError | undefined {
  const room = LABELS_MAX - labelCount(staging);
  if (room >= needed) return undefined;
  const what = `the secret has room for ${room} more of ${LABELS_MAX} staging labels`;
  return new RotationError('labels_exhausted', `${what}, needed are ${needed}`, { hint });
}

/**
 * AWSCURRENT is live and does not expire. A version made by hand gets LIVE, from whichever version
 * has the label; one that a rollback brought back loses EXPIRES.
 */
export function currentChanges(
  current: Version,
  hasPassword: boolean,
  from?: string,
): LabelChange[] {
  const isMissing = hasPassword && !isLive(current);
  const live = isMissing ? [{ label: liveLabel(current.id), to: current.id, from }] : [];
  return [...live, ...expiryRemovals(current)];
}

export function expiryRemovals(version: Version): LabelChange[] {
  return expiresLabels(version).map(({ label }) => ({ label, from: version.id }));
}

/**
 * A live version that is not in use and has no expiry gets one, so many seconds from now; an expiry
 * of a version that is not live is a leftover. Gives no more than the secret has room for: the rest
 * follows once those are deleted. Without room one is tried, so that AWS's error is reported.
 */
export function expiryChanges(
  staging: SecretState,
  nowSeconds: number,
  secondsFor: (version: Version) => number,
): LabelChange[] {
  const { versions } = staging;
  const gone = versions.filter((version) => !isLive(version) && !hasLabel(version, CURRENT));
  const leftovers = gone.flatMap(expiryRemovals);
  const room = Math.max(1, LABELS_MAX - labelCount(staging) + leftovers.length);
  const open = versions.filter((version) => isLive(version) && !isInUse(version));
  const unset = open.filter((version) => expiresLabels(version).length === 0).slice(0, room);
  const expiries = unset.map((version) => {
    const seconds = secondsFor(version);
    // Rounded up, so that an overlap is never a fraction of a second short; 0 is due immediately.
    const at = seconds === 0 ? Math.floor(nowSeconds) : Math.ceil(nowSeconds + seconds);
    return { label: expiresLabel(version.id, at), to: version.id };
  });
  return [...leftovers, ...expiries];
}

/** Live, expired and not in use: its password is to be deleted. */
export function isExpired(version: Version, nowSeconds: number): boolean {
  const expires = expiresLabels(version).map(({ at }) => at);
  if (!isLive(version) || isInUse(version) || expires.length === 0) return false;
  return Math.max(...expires) <= nowSeconds;
}

/** The labels of a version whose password is on no cluster any more, LIVE first. */
export function deletionChanges(version: Version): LabelChange[] {
  return [{ label: liveLabel(version.id), from: version.id }, ...expiryRemovals(version)];
}

/** Versions whose password must stay: what is in use, and what is live and not yet due. */
export function versionsToKeep(staging: SecretState, nowSeconds: number): Version[] {
  return staging.versions.filter(
    (version) => isInUse(version) || (isLive(version) && !isExpired(version, nowSeconds)),
  );
}

/** Whether labels show a change. */
export function isApplied(staging: SecretState, { label, to, from }: LabelChange): boolean {
  const holder = versionWithLabel(staging, label)?.id;
  return to === undefined ? holder !== from : holder === to;
}

/** The labels as they are once a change is made: a label is on one version. */
export function applyChange(staging: SecretState, { label, to, from }: LabelChange): SecretState {
  const versions = staging.versions.map(({ id, labels }) => {
    const isLeft = to !== undefined || id === from;
    const kept = isLeft ? labels.filter((one) => one !== label) : labels;
    return { id, labels: id === to ? [...kept, label] : kept };
  });
  return { ...staging, versions };
}
