import type { Context } from '../../context.ts';
import { RotationError } from '../../errors.ts';
import {
  CURRENT,
  expiryOf,
  hasLabel,
  isLive,
  PENDING,
  PREVIOUS,
  type SecretState,
  type Version,
} from '../../secret/labels.ts';
import { isSameUser } from '../../secret/user.ts';
import type { VersionValue } from '../../secret/value.ts';
import { tryValue } from '../../secret/versions.ts';

/** A version that may become AWSCURRENT again. `value` is the error if the value is invalid. */
export type Candidate = { version: Version; value: VersionValue | RotationError | undefined };

/**
 * Returns the named version; without a name, every other live version. AWSPREVIOUS is first, then
 * the newest: a version of an abandoned rotation may be newer, and was never AWSCURRENT.
 */
export async function readCandidates(
  { versions }: SecretState,
  versionId: string | undefined,
  context: Context,
): Promise<Candidate[]> {
  const isOther = (version: Version) => isLive(version) && !hasLabel(version, CURRENT);
  const isNamed = ({ id }: Version) => id === versionId;
  const chosen = versions.filter(versionId === undefined ? isOther : isNamed);
  const read = chosen.map(async (version) => ({
    version,
    value: await tryValue(context, version.id),
  }));
  const rank = ({ version, value }: Candidate) =>
    hasLabel(version, PREVIOUS) ? Number.POSITIVE_INFINITY : createdAt(value);
  return (await Promise.all(read)).sort((one, other) => rank(other) - rank(one));
}

function createdAt(value: Candidate['value']): number {
  return value === undefined || value instanceof RotationError ? 0 : (value.createdAt ?? 0);
}

export const NOT_OLDER = 'it is not older than AWSCURRENT; to move to it, name it in VersionId';

/**
 * Returns the value of a version, or why the version cannot become AWSCURRENT again. A version that
 * is not named must be older than AWSCURRENT: a repeated rollBack must not undo the first one.
 */
export function checkCandidate(
  { version, value }: Candidate,
  current: VersionValue,
  isNamed: boolean,
): VersionValue | string {
  if (hasLabel(version, CURRENT)) return 'it has AWSCURRENT already';
  if (hasLabel(version, PENDING)) return 'it has AWSPENDING: its rotation has not finished';
  if (!isLive(version)) return 'it has no LIVE: its password is not on the ledger';
  if (value instanceof RotationError) return value.what;
  if (value?.password === undefined) return 'it has no password';
  if (!isSameUser(value, current)) return 'it has another username or email than AWSCURRENT';
  if (value.password === current.password) return 'it has the password of AWSCURRENT';
  if (!isNamed && !isOlder(value, current)) return NOT_OLDER;
  return value;
}

/** Without both dates, returns false. */
function isOlder({ createdAt: one }: VersionValue, { createdAt: other }: VersionValue): boolean {
  return one !== undefined && other !== undefined && one < other;
}

/** Whether the password of a version expires within some seconds, or has expired. */
export function expiresWithin(
  version: Version,
  seconds: number,
  { now, settings }: Pick<Context, 'now' | 'settings'>,
): boolean {
  const nowSeconds = now() / 1_000;
  // Without an expiry, a finishSecret may just be setting one.
  const at = expiryOf(version) ?? nowSeconds + settings.overlapSeconds;
  return at - nowSeconds < seconds;
}
