import { CURRENT, isLive, PENDING, type Version, versionWithLabel } from '../secret/labels.ts';
import type { SecretDescription } from '../secret/secrets-manager.ts';
import type { Measures } from '../telemetry/metrics.ts';

const DAY_MS = 86_400_000;

/** The version of a rotation that has not come to its end. */
export function pendingRotation(described: SecretDescription): Version | undefined {
  const pending = versionWithLabel(described, PENDING);
  return pending === undefined || pending === versionWithLabel(described, CURRENT)
    ? undefined
    : pending;
}

/** Returns the health of a secret; `…MadeAt` is when a version was made, in milliseconds. */
export function computeHealth(
  described: SecretDescription,
  currentMadeAt: number | undefined,
  pendingMadeAt: number | undefined,
  now: number,
): Measures {
  const { nextRotationAt, rotationEnabled, versions } = described;
  const isOverdue = rotationEnabled && nextRotationAt !== undefined && nextRotationAt < now;
  // A version without a value has no date; then the secret's own last change is the best there is.
  const pendingAt = pendingMadeAt ?? described.changedAt ?? now;
  // A cancelled rotation has the same labels, and its password stays valid for as long.
  const isStuck = pendingRotation(described) !== undefined && now - pendingAt > DAY_MS;
  return {
    LivePasswords: versions.filter(isLive).length,
    ...(currentMadeAt !== undefined && { PasswordAgeDays: (now - currentMadeAt) / DAY_MS }),
    RotationsOverdue: Number(isOverdue),
    RotationsStuck: Number(isStuck),
  };
}
