import type { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { ROTATIONS_PER_OVERLAP_MAX } from '../../../lambda/secret/ledger.ts';
import {
  HOURS_IN_DAY,
  longestIntervalHours,
  rateHours,
} from '../../../lambda/secret/schedule-interval.ts';
import { isLate } from '../cdk/late-text.ts';
import { cronHours, fewestHoursBetween } from './cron-hours.ts';
import { rotationsWithin } from './rotations-within.ts';

/** When a secret rotates: `automaticallyAfter` or `schedule`. Times are UTC. */
export interface ScheduleProps {
  /**
   * The secret rotates after this time: whole hours or days, at least 4 hours.
   *
   * @default - `schedule`
   *
   * @example
   * const props = { automaticallyAfter: Duration.days(30) };
   */
  readonly automaticallyAfter?: Duration;

  /**
   * The secret rotates at these times: a schedule of aws-events, or its text, such as
   * `cron(0 3 ? * SUN#1 *)`. Secrets Manager requires 0 for the minutes and `*` for the year.
   *
   * @default - `automaticallyAfter`
   *
   * @example
   * const props = { schedule: Schedule.cron({ minute: '0', hour: '3', weekDay: 'SUN#1' }) };
   */
  readonly schedule?: Schedule | string;

  /**
   * The time after each scheduled time in which Secrets Manager starts or retries the rotation, in
   * whole hours. The window must end on the same day, before the next scheduled time.
   *
   * @default - one hour for a schedule in hours, the rest of the day for a schedule in days
   *
   * @example
   * const props = { schedule: 'cron(0 3 ? * SUN#1 *)', window: Duration.hours(3) };
   */
  readonly window?: Duration;
}

// What Secrets Manager accepts.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
const HOURS_MIN = 4;
const RATE = /^rate\([1-9]\d{0,4} (?:hour|day)s?\)$/;
const CRON = /^cron\(0 \S+ \S+ \S+ \S+ \*\)$/;

/**
 * Returns the RotationRules of Secrets Manager for the secret `name`. Throws if the schedule has
 * another form, or if the overlap or the window is too long for it. Secrets Manager itself checks
 * the values in a cron expression at deployment.
 */
export function rotationRules(
  name: string,
  props: ScheduleProps,
  overlap: Duration,
): { scheduleExpression: string; duration?: string } {
  const scheduleExpression = expressionOf(name, props);
  const { window } = props;
  if (!isLate(scheduleExpression)) checkOverlap(name, scheduleExpression, overlap);
  if (window === undefined) return { scheduleExpression };
  const hours = window.toHours({ integral: false });
  const max = maxWindowHours(scheduleExpression);
  if (Number.isInteger(hours) && hours >= 1 && hours <= max) {
    return { scheduleExpression, duration: `${hours}h` };
  }
  throw new Error(
    `window of ${name} must be 1 to ${max} whole hours, got ${window.toHumanString()}; ` +
      'hint: end it on the same day in UTC, before the next scheduled time',
  );
}

function expressionOf(name: string, { automaticallyAfter, schedule }: ScheduleProps): string {
  if (automaticallyAfter !== undefined && schedule === undefined) {
    return rateOf(name, automaticallyAfter);
  }
  if (schedule !== undefined && automaticallyAfter === undefined) {
    const expression = typeof schedule === 'string' ? schedule : schedule.expressionString;
    checkForm(name, expression);
    return expression;
  }
  const got = schedule === undefined ? 'neither' : 'both';
  throw new Error(`${name} must have exactly one of automaticallyAfter and schedule, got ${got}`);
}

function rateOf(name: string, after: Duration): string {
  const hours = after.isUnresolved() ? HOURS_MIN : after.toHours({ integral: false });
  if (Number.isInteger(hours) && hours >= HOURS_MIN) return Schedule.rate(after).expressionString;
  throw new Error(
    `automaticallyAfter of ${name} must be whole hours or days, at least ${HOURS_MIN} hours, ` +
      `got ${after.toHumanString()}`,
  );
}

function checkForm(name: string, expression: string): void {
  const isRate = RATE.test(expression) && (rateHours(expression) ?? 0) >= HOURS_MIN;
  if (isLate(expression) || isRate || CRON.test(expression)) return;
  throw new Error(
    `schedule of ${name} must be a rate in hours or days, at least ${HOURS_MIN} hours, or a cron ` +
      `expression of six fields with 0 for the minutes and * for the year, got '${expression}'; ` +
      "hint: rate(30 days), cron(0 3 ? * SUN#1 *), or minute: '0' in Schedule.cron",
  );
}

/** Returns the most hours that a window may have. */
function maxWindowHours(expression: string): number {
  const hours = cronHours(expression) ?? [0];
  const between = Math.min(
    longestIntervalHours(expression) ?? HOURS_IN_DAY,
    fewestHoursBetween(hours),
  );
  return Math.min(between, HOURS_IN_DAY - Math.max(...hours));
}

// AWSCURRENT has 2 labels, AWSPENDING and AWSPREVIOUS 1, each replaced password 2: of 20 labels, 4
// must be free when a rotation starts.
const ROTATIONS_WITHIN_OVERLAP_MAX = 6;

function checkOverlap(name: string, expression: string, overlap: Duration): void {
  const overlapHours = overlap.toHours({ integral: false });
  const hours = cronHours(expression) ?? [];
  const perDay = hours.length > 1 ? fewestHoursBetween(hours) : Number.POSITIVE_INFINITY;
  const between = Math.min(longestIntervalHours(expression) ?? perDay, perDay);
  const got =
    `got '${expression}' with an overlap of ${overlap.toHumanString()}; ` +
    'hint: rotate less often, or shorten overlap';
  if (between * ROTATIONS_PER_OVERLAP_MAX < overlapHours) {
    const rule = 'must not be shorter than a quarter of the overlap';
    throw new Error(`schedule of ${name} ${rule}, ${got}`);
  }
  const count = rotationsWithin(expression, overlapHours);
  if (count <= ROTATIONS_WITHIN_OVERLAP_MAX) return;
  const rule = `must start at most ${ROTATIONS_WITHIN_OVERLAP_MAX} rotations within the overlap`;
  throw new Error(`schedule of ${name} ${rule}, starts ${count}, ${got}`);
}
