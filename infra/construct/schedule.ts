import { Duration } from 'aws-cdk-lib';
import { cronHours, fewestHoursBetween } from './cron.ts';

/** When a secret rotates. Times are UTC. */
export interface ScheduleProps {
  /**
   * The secret rotates at these times: `rate(30 days)`, `rate(6 hours)`, or a cron expression such
   * as `cron(0 3 ? * SUN#1 *)`. The minutes must be 0 and the year `*`.
   */
  readonly schedule: string;

  /**
   * Secrets Manager starts or retries the rotation for this time after each scheduled time: whole
   * hours. The window must end on the same day, before the next scheduled time.
   *
   * @default - one hour for a schedule in hours, the rest of the day for a schedule in days
   */
  readonly window?: Duration;
}

// Secrets Manager's limits.
const RATE_MIN_HOURS = 4;
const RATE_MAX_DAYS = 999;
const HOURS_PER_DAY = 24;

// A secret can have 20 labels, which is too few for more than four overlapping passwords.
const ROTATIONS_PER_OVERLAP_MAX = 4;

/**
 * Returns the RotationRules of Secrets Manager. Throws if Secrets Manager does not support the
 * schedule, or if the overlap is too long for it.
 */
export function rotationRules(
  { schedule, window }: ScheduleProps,
  overlap: Duration,
): { scheduleExpression: string; duration?: string } {
  const max = maxWindowHours(schedule, overlap);
  if (window === undefined) return { scheduleExpression: schedule };
  const hours = window.toHours({ integral: false });
  if (Number.isInteger(hours) && hours >= 1 && hours <= max) {
    return { scheduleExpression: schedule, duration: `${hours}h` };
  }
  throw new Error(
    `window of '${schedule}' must be 1 to ${max} whole hours, got ${window.toHumanString()}; ` +
      'hint: end it on the same day in UTC, before the next scheduled time',
  );
}

/** Returns the most hours that a window may have. Throws if the schedule is invalid. */
function maxWindowHours(schedule: string, overlap: Duration): number {
  const rate = rateOf(schedule);
  if (rate !== undefined) {
    checkOverlap(schedule, rate, overlap);
    return Math.min(rate.toHours(), HOURS_PER_DAY);
  }
  const hours = cronHours(schedule);
  const between = fewestHoursBetween(hours);
  if (between < RATE_MIN_HOURS) {
    throw new Error(
      `schedule must leave ${RATE_MIN_HOURS} hours between two rotations, got '${schedule}'`,
    );
  }
  // With one hour, the time between two rotations depends on the days, which nothing here parses.
  if (hours.length > 1) checkOverlap(schedule, Duration.hours(between), overlap);
  return Math.min(between, HOURS_PER_DAY - Math.max(...hours));
}

function checkOverlap(schedule: string, rate: Duration, overlap: Duration): void {
  if (rate.toSeconds() * ROTATIONS_PER_OVERLAP_MAX >= overlap.toSeconds()) return;
  throw new Error(
    `schedule '${schedule}' must not be shorter than a quarter of the overlap, ` +
      `got an overlap of ${overlap.toHumanString()}; hint: rotate less often, or shorten overlap`,
  );
}

function rateOf(schedule: string): Duration | undefined {
  const [, digits, unit] = /^rate\((\d{1,5}) (hours?|days?)\)$/.exec(schedule) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const count = Number(digits);
  const rate = unit.startsWith('hour') ? Duration.hours(count) : Duration.days(count);
  const maxHours = RATE_MAX_DAYS * HOURS_PER_DAY;
  if (rate.toHours() >= RATE_MIN_HOURS && rate.toHours() <= maxHours) return rate;
  throw new Error(
    `schedule must be from ${RATE_MIN_HOURS} hours to ${RATE_MAX_DAYS} days, got '${schedule}'`,
  );
}
