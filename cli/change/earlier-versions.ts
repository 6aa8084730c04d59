import { REPLACE_OR_KEEP, UNCHANGED } from '../../lambda/errors.ts';
import {
  CURRENT,
  expiryOf,
  findVersion,
  hasLabel,
  isLive,
  PENDING,
  PREVIOUS,
  REPLACING,
  shownId,
  type Version,
  versionWithLabel,
} from '../../lambda/secret/labels.ts';
import type { FoundSecret } from '../aws/find-secret.ts';
import type { VersionDates } from '../aws/version-dates.ts';
import { formatDuration } from '../duration.ts';
import { Failure } from '../failure.ts';

// The function rejects a version that expires within a minute.
const MARGIN_MS = 60_000;

const ROTATE =
  'an expired or deleted password cannot be restored: rotate; if AWSCURRENT is rejected, follow ' +
  'CurrentPasswordRejected in docs/runbook.md';
const NAME_ANOTHER = 'name another version in --version-id: `status --json` lists them';

/**
 * Returns the versions that the function tries, in its order: AWSPREVIOUS, then the newest. Without
 * a VersionId, each of them is older than AWSCURRENT.
 * @throws Failure if there is none, if the named version cannot become AWSCURRENT, or while a
 * version has REPLACING.
 */
export function findEarlierVersions(
  secret: FoundSecret,
  versionId: string | undefined,
  created: VersionDates,
  now: number,
): Version[] {
  const replacing = versionWithLabel(secret, REPLACING);
  if (replacing !== undefined) {
    const what = `${UNCHANGED}: version ${shownId(replacing.id)} has REPLACING`;
    throw new Failure(1, 'replace_in_progress', what, REPLACE_OR_KEEP);
  }
  if (versionId !== undefined) return [requireRestorable(secret, versionId, now)];
  const dateOf = (version: Version | undefined) => created.get(version?.id ?? '') ?? 0;
  const current = dateOf(versionWithLabel(secret, CURRENT));
  const rank = (version: Version) =>
    hasLabel(version, PREVIOUS) ? Number.POSITIVE_INFINITY : dateOf(version);
  const isEarlier = (version: Version) => dateOf(version) < current;
  const previous = versionWithLabel(secret, PREVIOUS);
  if (previous !== undefined && isLive(previous) && !isEarlier(previous)) {
    const hint = `to take AWSPREVIOUS, add --version-id ${previous.id}`;
    throw notRestorable('AWSCURRENT was rolled back already: AWSPREVIOUS is newer', hint);
  }
  const found = secret.versions
    .filter((version) => whyNot(version, now) === undefined && isEarlier(version))
    .sort((one, other) => rank(other) - rank(one));
  if (found.length > 0) return found;
  throw notRestorable(
    'no older version has a password that stays valid for another minute',
    ROTATE,
  );
}

/** Describes a version by its label, its age, and how long its password may stay valid. */
export function describeVersion(version: Version, created: VersionDates, now: number): string {
  const at = created.get(version.id);
  const expiry = expiryOf(version);
  return [
    `version ${shownId(version.id)}`,
    ...(hasLabel(version, PREVIOUS) ? [PREVIOUS] : []),
    ...(at === undefined ? [] : [`${formatDuration(now - at)} old`]),
    expiry === undefined
      ? 'no expiry yet'
      : `may stay valid for ${formatDuration(expiry * 1_000 - now)}`,
  ].join(', ');
}

function requireRestorable(secret: FoundSecret, versionId: string, now: number): Version {
  const version = findVersion(secret, versionId);
  if (version === undefined) throw notRestorable('no version has that id', NAME_ANOTHER);
  const why = whyNot(version, now);
  if (why === undefined) return version;
  throw notRestorable(why, isLive(version) ? NAME_ANOTHER : ROTATE);
}

/** Returns why a version cannot become AWSCURRENT again, as far as its labels show. */
function whyNot(version: Version, now: number): string | undefined {
  if (hasLabel(version, CURRENT)) return 'that version is AWSCURRENT';
  if (hasLabel(version, PENDING)) return 'that version is AWSPENDING';
  if (!isLive(version)) return 'the password of that version was deleted';
  const left = (expiryOf(version) ?? Number.POSITIVE_INFINITY) * 1_000 - now;
  return left < MARGIN_MS
    ? 'the password of that version has expired, or expires within a minute'
    : undefined;
}

function notRestorable(what: string, hint: string): Failure {
  return new Failure(1, 'version_not_restorable', `${UNCHANGED}: ${what}`, hint);
}
