import {
  CURRENT,
  expiryOf,
  hasLabel,
  isLive,
  PENDING,
  type Version,
  versionWithLabel,
} from '../../lambda/secret/labels.ts';
import { pendingRotation } from '../../lambda/secret/rotation-state.ts';
import type { FoundSecret } from '../aws/find-secret.ts';
import type { LastError } from '../aws/last-errors.ts';
import type { VersionDates } from '../aws/version-dates.ts';
import { openErrors } from './error-rules.ts';
import { findProblems, PROBLEM_CODES } from './find-problems.ts';
import type { Problem, Seen } from './problem.ts';

/** A secret as `status` shows it. Times are in milliseconds since the epoch. */
export type SecretStatus = Pick<
  FoundSecret,
  'name' | 'arn' | 'user' | 'rotationEnabled' | 'rotatedAt' | 'nextRotationAt'
> & {
  level: 'fail' | 'warn' | 'ok';
  problems: Problem[];
  password: PasswordAge | undefined;
  /** The versions whose passwords may be valid besides AWSCURRENT. */
  alsoValid: ValidVersion[];
  /** The worst error that no later success settled. */
  lastError: LastError | undefined;
};

/**
 * When the value with the password was created. `isAtLeast`: the value is newer than the last
 * rotation. A new version may have the password of an earlier one, so the password may be older.
 */
type PasswordAge = { createdAt: number; isAtLeast: boolean };

/** `expiresAt` is undefined for a version in use, and for one without an expiry. */
export type ValidVersion = { id: string; isPending: boolean; expiresAt: number | undefined };

export function statusOf(
  secret: FoundSecret,
  created: VersionDates,
  { now, isLogRead, errors }: Pick<Seen, 'now' | 'isLogRead'> & { errors: LastError[] },
): SecretStatus {
  const { name, arn, user, rotationEnabled, rotatedAt, nextRotationAt } = secret;
  const current = dateOf(versionWithLabel(secret, CURRENT), created);
  const pending = dateOf(pendingRotation(secret), created);
  const open = openErrors(errors, rotatedAt);
  const problems = findProblems(secret, { pending, now, isLogRead, ...open });
  const [worst] = problems;
  const isAtLeast = rotatedAt !== undefined && current !== undefined && current > rotatedAt;
  return {
    ...{ name, arn, user, rotationEnabled, rotatedAt, nextRotationAt },
    level: worst === undefined || worst.level === 'note' ? 'ok' : worst.level,
    problems,
    password: current === undefined ? undefined : { createdAt: current, isAtLeast },
    alsoValid: secret.versions.filter(isAlsoValid).map(validVersion).sort(byExpiry),
    lastError: open.rejection ?? open.failedReplace ?? open.error,
  };
}

const LEVELS = ['fail', 'warn', 'ok'] as const;

/** Sorts statuses by what needs attention first, then by name. */
export function byUrgency(one: SecretStatus, other: SecretStatus): number {
  const rank = ({ problems: [worst] }: SecretStatus) =>
    worst === undefined ? PROBLEM_CODES.length : PROBLEM_CODES.indexOf(worst.code);
  return (
    LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level) ||
    rank(one) - rank(other) ||
    (one.name < other.name ? -1 : 1)
  );
}

function dateOf(version: Version | undefined, created: VersionDates): number | undefined {
  return version && created.get(version.id);
}

function isAlsoValid(version: Version): boolean {
  return isLive(version) && !hasLabel(version, CURRENT);
}

function validVersion(version: Version): ValidVersion {
  const isPending = hasLabel(version, PENDING);
  const at = isPending ? undefined : expiryOf(version);
  return { id: version.id, isPending, expiresAt: at && at * 1_000 };
}

/** The longest first; a version without an expiry is before all others. */
function byExpiry(one: ValidVersion, other: ValidVersion): number {
  const timeOf = ({ expiresAt = Number.MAX_SAFE_INTEGER }: ValidVersion) => expiresAt;
  return timeOf(other) - timeOf(one);
}
