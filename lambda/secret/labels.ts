import type { RotationErrorCode } from '../errors.ts';
import type { RotationStep } from '../event.ts';

/** What DescribeSecret says of a secret, as far as rotation needs it. */
export type SecretState = {
  rotationEnabled: boolean;
  tags: ReadonlyMap<string, string>;
  versions: readonly Version[];
};

/** A version with at least one staging label. */
export type Version = { id: string; labels: readonly string[] };

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';
/** A replaceAll has not ended well. Starts nothing: the next one tries its password early. */
export const REPLACING = 'REPLACING';

/** LIVE: the version's password may be on a cluster. */
export function liveLabel(versionId: string): string {
  return `LIVE-${versionId}`;
}

/** EXPIRES: the version's password is deleted from then on. */
export function expiresLabel(versionId: string, epochSeconds: number): string {
  return `EXPIRES-${epochSeconds}-${versionId}`;
}

/** The EXPIRES labels of a version; a label that names another version is nobody's. */
export function expiresLabels(version: Version): { label: string; at: number }[] {
  return version.labels.flatMap((label) => {
    const [, seconds, id] = /^EXPIRES-(\d{1,12})-(.*)$/s.exec(label) ?? [];
    return id === version.id ? [{ label, at: Number(seconds) }] : [];
  });
}

export function hasLabel(version: Version, label: string): boolean {
  return version.labels.includes(label);
}

export function isLive(version: Version): boolean {
  return hasLabel(version, liveLabel(version.id));
}

/** AWSCURRENT and AWSPENDING are in use: never due, never given an expiry. */
export function isInUse(version: Version): boolean {
  return hasLabel(version, CURRENT) || hasLabel(version, PENDING);
}

export function findVersion(staging: SecretState, id: string): Version | undefined {
  return staging.versions.find((version) => version.id === id);
}

export function versionWithLabel(staging: SecretState, label: string): Version | undefined {
  return staging.versions.find((version) => hasLabel(version, label));
}

/** What the guard says of a step: go on, only clean up, nothing left to do, or why not. */
export type StepDecision =
  | { verdict: 'proceed'; current: Version; pending: Version }
  | { verdict: 'clean-up' | 'done' }
  | { verdict: 'error'; code: RotationErrorCode; what: string };

/** Decides whether a step may run, in the order that AWS's own templates and the ledger need. */
export function decideStep(staging: SecretState, step: RotationStep, token: string): StepDecision {
  const current = versionWithLabel(staging, CURRENT);
  const pending = findVersion(staging, token);
  if (!staging.rotationEnabled) return refused('rotation_not_enabled', 'rotation is not enabled');
  if (pending === undefined) {
    return refused('token_not_staged', 'ClientRequestToken is no staged version of the secret');
  }
  if (current === undefined) return refused('current_missing', 'no version has AWSCURRENT');
  if (current === pending) return { verdict: step === 'finishSecret' ? 'clean-up' : 'done' };
  if (!hasLabel(pending, PENDING)) {
    return refused('token_not_pending', 'the version of ClientRequestToken has no AWSPENDING');
  }
  if (step === 'testSecret') return { verdict: 'proceed', current, pending };
  if (expiresLabels(pending).length > 0) {
    // Its password may be deleted any moment: there is no time left for a cut-off POST to land.
    const what = 'the version with AWSPENDING has an EXPIRES label, so it was abandoned before';
    return refused('pending_not_created', what);
  }
  if (step !== 'createSecret' && !isLive(pending)) {
    const what = 'the version with AWSPENDING has no LIVE label, so createSecret did not make it';
    return refused('pending_not_created', what);
  }
  return { verdict: 'proceed', current, pending };
}

function refused(code: RotationErrorCode, what: string): StepDecision {
  return { verdict: 'error', code, what };
}
