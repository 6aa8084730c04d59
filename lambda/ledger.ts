import { RotationError } from './errors.ts';
import {
  CURRENT,
  expiresLabel,
  expiresLabels,
  findVersion,
  has,
  isInUse,
  isLive,
  liveLabel,
  type Staging,
  type Version,
} from './staging.ts';

/**
 * The ledger: which passwords may be live and until when, in the staging labels that ARCHITECTURE.md
 * lists. Everything here is pure: labels, settings and the clock in, label changes out.
 */
export type LabelChange =
  | { put: string; on: string; movedFrom?: string }
  | { takeOff: string; from: string };

/** AWS's limit of staging labels on all versions of a secret. */
export const LABELS_MAX = 20;
// A rotation needs LIVE on the new version and perhaps the current one, AWSPREVIOUS, EXPIRES.
export const LABELS_FREE_MIN = 4;

export function labelsTaken(staging: Staging): number {
  return staging.versions.reduce((count, version) => count + version.labels.length, 0);
}

/** `labels_exhausted` if a secret has too little room; `needed` is what a rotation needs. */
export function roomTooSmall(
  staging: Staging,
  needed = LABELS_FREE_MIN,
  hint?: string,
): RotationError | undefined {
  const room = LABELS_MAX - labelsTaken(staging);
  if (room >= needed) return undefined;
  const what = `the secret has room for ${room} more of ${LABELS_MAX} staging labels`;
  return new RotationError('labels_exhausted', `${what}, needed are ${needed}`, { hint });
}

/**
 * AWSCURRENT is live and does not expire. A version made by hand gets LIVE; one that a rollback
 * brought back loses EXPIRES, lest the next rotation inherit an expiry that may have passed.
 */
export function currentChanges(current: Version, hasPassword: boolean): LabelChange[] {
  const isMissing = hasPassword && !isLive(current);
  return [
    ...(isMissing ? [{ put: liveLabel(current.id), on: current.id }] : []),
    ...expiresLabels(current).map(({ label }) => ({ takeOff: label, from: current.id })),
  ];
}

/**
 * A live version that is not in use and has no expiry gets one, so many seconds from now; an expiry
 * of a version that is not live is a leftover.
 */
export function expiryChanges(
  staging: Staging,
  nowSeconds: number,
  secondsFor: (version: Version) => number,
): LabelChange[] {
  return staging.versions.flatMap((version): LabelChange[] => {
    const expires = expiresLabels(version);
    if (!isLive(version) && !has(version, CURRENT)) {
      return expires.map(({ label }) => ({ takeOff: label, from: version.id }));
    }
    if (isInUse(version) || expires.length > 0) return [];
    const seconds = secondsFor(version);
    // Rounded up, so that an overlap is never a fraction of a second short; 0 is due immediately.
    const at = seconds === 0 ? Math.floor(nowSeconds) : Math.ceil(nowSeconds + seconds);
    return [{ put: expiresLabel(version.id, at), on: version.id }];
  });
}

/** Live, expired and not in use: its password is to be deleted. */
export function isDue(version: Version, nowSeconds: number): boolean {
  const expires = expiresLabels(version).map(({ at }) => at);
  if (!isLive(version) || isInUse(version) || expires.length === 0) return false;
  return Math.max(...expires) <= nowSeconds;
}

/** The labels of a version whose password is on no cluster any more, LIVE first. */
export function deletedChanges(version: Version): LabelChange[] {
  const labels = [liveLabel(version.id), ...expiresLabels(version).map(({ label }) => label)];
  return labels.map((label) => ({ takeOff: label, from: version.id }));
}

/** Versions whose password must stay: what is in use, and what is live and not yet due. */
export function holders(staging: Staging, nowSeconds: number): Version[] {
  return staging.versions.filter(
    (version) => isInUse(version) || (isLive(version) && !isDue(version, nowSeconds)),
  );
}

/** Whether labels show a change. */
export function isMade(staging: Staging, change: LabelChange): boolean {
  const version = findVersion(staging, 'put' in change ? change.on : change.from);
  if ('put' in change) return version !== undefined && has(version, change.put);
  return version === undefined || !has(version, change.takeOff);
}

/** The labels as they are once a change is made. */
export function applied(staging: Staging, change: LabelChange): Staging {
  const [label, to, from] =
    'put' in change
      ? [change.put, change.on, change.movedFrom]
      : [change.takeOff, undefined, change.from];
  const versions = staging.versions.map(({ id, labels }) => {
    const kept = id === from ? labels.filter((one) => one !== label) : labels;
    return { id, labels: id === to ? [...kept, label] : kept };
  });
  return { ...staging, versions };
}
