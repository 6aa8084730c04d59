import { REMOVE_LABELS, REPLACE_OR_KEEP } from '../../lambda/errors.ts';
import {
  CURRENT,
  expiresLabels,
  isLive,
  REPLACING,
  versionWithLabel,
} from '../../lambda/secret/labels.ts';
import {
  freeLabels,
  LABELS_BESIDE_PENDING,
  LABELS_MAX,
  needsExpiry,
  rotationLabels,
} from '../../lambda/secret/ledger.ts';
import {
  isOverdue,
  isStopped,
  isStuck,
  pendingRotation,
  secretCommand,
} from '../../lambda/secret/rotation-state.ts';
import { describeDisabled, howToEnable } from '../aws/enable-rotation.ts';
import type { FoundSecret } from '../aws/find-secret.ts';
import { formatDuration } from '../duration.ts';
import { errorRule, failedReplaceRule, rejectedRule } from './error-rules.ts';
import { labelsHint, reconcileHint, rotationHint } from './hints.ts';
import { notDeleted, RECONCILE_LATE_MS } from './late-deletions.ts';
import { type Finding, fail, note, type Problem, type Seen, warn } from './problem.ts';

type Rule = (secret: FoundSecret, seen: Seen) => Finding | undefined | false;

/** Every problem that labels and dates show. What needs attention comes first. */
const RULES: Record<string, Rule> = {
  'current-rejected': rejectedRule,
  replacing: (secret) =>
    versionWithLabel(secret, REPLACING) !== undefined &&
    fail('no replace-all has succeeded: leaked passwords may be valid', REPLACE_OR_KEEP),
  'replace-failed': (_secret, seen) => failedReplaceRule(seen),
  'current-missing': (secret) =>
    versionWithLabel(secret, CURRENT) === undefined &&
    fail('no version has AWSCURRENT', 'set a value with put-secret-value, then rotate'),
  'rotation-off': (secret) =>
    !secret.rotationEnabled && fail(describeDisabled(secret), howToEnable(secret)),
  overdue: (secret, seen) =>
    isOverdue(secret, seen.now) &&
    fail(
      `the rotation is overdue by ${since(secret.nextRotationAt, seen.now)}`,
      rotationHint(seen),
    ),
  stuck: (secret, seen) => {
    const { pending = secret.changedAt, now } = seen;
    const what = `a rotation has not finished for ${since(pending, now)}`;
    const isFound = secret.rotationEnabled && isStuck(secret, seen.pending, now);
    return isFound && fail(what, rotationHint(seen));
  },
  stopped: (secret, seen) =>
    secret.rotationEnabled &&
    isStopped(secret, seen.now) &&
    fail('the last rotation is older than three intervals of the schedule', rotationHint(seen)),
  'not-deleted': (secret, seen) => {
    const late = notDeleted(secret, seen);
    const what = `${count(late.length, 'expired password')} not deleted`;
    return late.length > 0 && fail(`${what}: reconcile did not run or failed`, reconcileHint(seen));
  },
  'labels-full': (secret, seen) =>
    freeLabels(secret) < rotationLabels(secret) &&
    fail(
      `${labelsUsed(secret)}: the next rotation is rejected`,
      labelsHint(secret, seen, `${REMOVE_LABELS}, or wait until passwords expire`),
    ),
  abandoned: (secret, seen) => {
    const { now } = seen;
    const left = secret.versions.filter(needsExpiry);
    if (left.length === 0) return false;
    const what = `${count(left.length, 'password')} without an expiry, replaced or abandoned`;
    const isLate = now - (secret.changedAt ?? now) > RECONCILE_LATE_MS;
    return isLate
      ? fail(`${what}: reconcile did not run or failed`, reconcileHint(seen))
      : warn(what, 'wait: reconcile sets the expiry within the hour');
  },
  'labels-nearly-full': (secret, seen) =>
    freeLabels(secret) < rotationLabels(secret) + LABELS_BESIDE_PENDING &&
    freeLabels(secret) >= rotationLabels(secret) &&
    warn(
      `${labelsUsed(secret)} are in use: the next rotation fits, the one after it may not`,
      labelsHint(
        secret,
        seen,
        'do nothing now; if this returns, rotate less often or shorten the overlap',
      ),
    ),
  'current-expires': (secret) =>
    currentExpires(secret) &&
    warn(
      'AWSCURRENT has an expiry, which has no effect while it is AWSCURRENT',
      'do not move AWSCURRENT before the next reconcile has removed it',
    ),
  'never-rotated': ({ rotationEnabled, rotatedAt, versions }) =>
    rotationEnabled &&
    rotatedAt === undefined &&
    !versions.some(isLive) &&
    warn('not rotated yet', 'run preflight, then rotate'),
  'last-error': (_secret, seen) => errorRule(seen),
  rotating: (secret, { pending, now }) =>
    secret.rotationEnabled &&
    pendingRotation(secret) !== undefined &&
    !isStuck(secret, pending, now) &&
    note('a rotation is running'),
};

export const PROBLEM_CODES = ['deleted', ...Object.keys(RULES)];

/** Returns the problems of a secret. A replica has none of its own. */
export function findProblems(secret: FoundSecret, seen: Seen): Problem[] {
  const { arn, primaryRegion, isDeleted } = secret;
  if (isDeleted) {
    const hint = `if it is still in use, run \`${secretCommand(arn, 'restore-secret')}\``;
    return [{ code: 'deleted', ...fail('the secret is marked for deletion', hint) }];
  }
  if (primaryRegion !== undefined && arn.split(':')[3] !== primaryRegion) {
    return [{ code: 'replica', ...note(`a replica: rotates in ${primaryRegion}`) }];
  }
  const found = Object.entries(RULES).flatMap(([code, rule]) => {
    const finding = rule(secret, seen);
    return finding ? [{ code, ...finding }] : [];
  });
  const order = ['fail', 'warn', 'note'];
  return found.sort((one, other) => order.indexOf(one.level) - order.indexOf(other.level));
}

function currentExpires(secret: FoundSecret): boolean {
  const current = versionWithLabel(secret, CURRENT);
  return current !== undefined && expiresLabels(current).length > 0;
}

function since(at: number | undefined, now: number): string {
  return at === undefined ? 'an unknown time' : formatDuration(now - at);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function labelsUsed(secret: FoundSecret): string {
  return `${LABELS_MAX - freeLabels(secret)} of ${LABELS_MAX} staging labels`;
}
