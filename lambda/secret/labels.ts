/** The versions of a secret with their staging labels, as DescribeSecret returns them. */
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
/** A replaceAll did not succeed. The next one tries this version directly after AWSCURRENT. */
export const REPLACING = 'REPLACING';

/** LIVE: the version's password may be on a cluster. */
export function liveLabel(versionId: string): string {
  return `LIVE-${versionId}`;
}

/** EXPIRES: from then on, the version's password is deleted. */
export function expiresLabel(versionId: string, epochSeconds: number): string {
  return `EXPIRES-${epochSeconds}-${versionId}`;
}

/** Returns the EXPIRES labels of a version, without labels that name another version. */
export function expiresLabels(version: Version): { label: string; at: number }[] {
  return version.labels.flatMap((label) => {
    const [, seconds, id] = /^EXPIRES-(\d{1,12})-(.*)$/s.exec(label) ?? [];
    return id === version.id ? [{ label, at: Number(seconds) }] : [];
  });
}

/** Returns when a version expires, in seconds since the epoch: of several labels the latest. */
export function expiryOf(version: Version): number | undefined {
  const times = expiresLabels(version).map(({ at }) => at);
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * Returns a VersionId for messages and commands. A client that writes the value chooses it, and may
 * choose a text that reads as a hint.
 */
export function shownId(versionId: string): string {
  return /^[\w-]+$/.test(versionId) ? versionId : '<VersionId>';
}

export function hasLabel(version: Version, label: string): boolean {
  return version.labels.includes(label);
}

export function isLive(version: Version): boolean {
  return hasLabel(version, liveLabel(version.id));
}

/** AWSCURRENT and AWSPENDING are in use: they get no expiry and never expire. */
export function isInUse(version: Version): boolean {
  return hasLabel(version, CURRENT) || hasLabel(version, PENDING);
}

export function findVersion(state: SecretState, id: string): Version | undefined {
  return state.versions.find((version) => version.id === id);
}

export function versionWithLabel(state: SecretState, label: string): Version | undefined {
  return state.versions.find((version) => hasLabel(version, label));
}
