import type { RotationErrorCode } from './errors.ts';
import type { RotationStep } from './event.ts';

/** What DescribeSecret says of a secret, as far as rotation needs it. */
export type Staging = {
  rotationEnabled: boolean;
  tags: ReadonlyMap<string, string>;
  versions: readonly Version[];
};

/** A version with at least one staging label. */
export type Version = { id: string; labels: readonly string[] };

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const REPLACING = 'REPLACING';

/** AWS's limit of staging labels on all versions of a secret. */
export const LABELS_MAX = 20;

/** LIVE: the version's password may be on a cluster. */
export function liveLabel(versionId: string): string {
  return `LIVE-${versionId}`;
}

/** EXPIRES: the version's password is deleted from then on, in epoch seconds. */
export function expiresLabel(versionId: string, epochSeconds: number): string {
  return `EXPIRES-${epochSeconds}-${versionId}`;
}

export function has(version: Version, label: string): boolean {
  return version.labels.includes(label);
}

export function isLive(version: Version): boolean {
  return has(version, liveLabel(version.id));
}

/** AWSCURRENT, AWSPENDING and REPLACING are in use: never due, never given an expiry. */
export function isInUse(version: Version): boolean {
  return has(version, CURRENT) || has(version, PENDING) || has(version, REPLACING);
}

/** The EXPIRES labels of a version; a label that names another version is nobody's. */
export function expiresLabels(version: Version): { label: string; at: number }[] {
  return version.labels.flatMap((label) => {
    const [, seconds, id] = /^EXPIRES-(\d{1,12})-(.*)$/s.exec(label) ?? [];
    return id === version.id ? [{ label, at: Number(seconds) }] : [];
  });
}

export function findVersion(staging: Staging, id: string): Version | undefined {
  return staging.versions.find((version) => version.id === id);
}

export function findLabel(staging: Staging, label: string): Version | undefined {
  return staging.versions.find((version) => has(version, label));
}

/** What the guard says of a step: go on, only clean up, nothing left to do, or why not. */
export type Decision =
  | { verdict: 'proceed'; current: Version; pending: Version }
  | { verdict: 'clean-up'; current: Version }
  | { verdict: 'done' }
  | { verdict: 'refused'; code: RotationErrorCode; what: string; hint: string };

/** Decides whether a step may run, in the order that AWS's own templates and the ledger need. */
export function guard(staging: Staging, step: RotationStep, token: string): Decision {
  if (!staging.rotationEnabled) {
    return refused('rotation_not_enabled', 'rotation is not enabled', 'enable it (rotate-secret)');
  }
  const pending = findVersion(staging, token);
  if (pending === undefined) {
    return refused(
      'token_not_staged',
      'ClientRequestToken is not a staged version of the secret',
      'start a rotation with rotate-secret instead of invoking the function by hand',
    );
  }
  const current = findLabel(staging, CURRENT);
  if (current === undefined) return currentMissing();
  if (current === pending) {
    return step === 'finishSecret' ? { verdict: 'clean-up', current } : { verdict: 'done' };
  }
  if (!has(pending, PENDING)) {
    return refused(
      'token_not_pending',
      'the version of ClientRequestToken does not have AWSPENDING',
      'this rotation was abandoned for another one: nothing to do',
    );
  }
  if (findLabel(staging, REPLACING) !== undefined) {
    return refused(
      'replace_in_progress',
      'replaceAll is in progress: a version has the label REPLACING',
      'let replaceAll finish, or run it again, then rotate',
    );
  }
  const needsLive = step === 'setSecret' || step === 'finishSecret';
  if (needsLive && !isLive(pending)) {
    return refused(
      'pending_not_created',
      `the AWSPENDING version has no ${liveLabel('<VersionId>')} label, so createSecret did not make it`,
      'take AWSPENDING off that version (update-secret-version-stage), then rotate again',
    );
  }
  return { verdict: 'proceed', current, pending };
}

/** The refusal of a secret whose value nobody has put yet. */
export function currentMissing(): Decision & { verdict: 'refused' } {
  return refused(
    'current_missing',
    'no version of the secret has AWSCURRENT',
    'put a value with put-secret-value, then rotate again',
  );
}

function refused(code: RotationErrorCode, what: string, hint: string) {
  return { verdict: 'refused' as const, code, what, hint };
}
