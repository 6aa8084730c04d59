import { Duration } from 'aws-cdk-lib';
import { cronHours, fewestHoursBetween } from './cron.ts';

/** When a secret rotates. Times are UTC. */
export interface ScheduleProps {
  /**
   * `rate(30 days)`, `rate(6 hours)`, or a cron expression such as `cron(0 3 ? * SUN#1 *)`, whose
   * minutes are 0 and whose year is `*`.
   */
  readonly schedule: string;

  /**
   * How long after each scheduled time the rotation may start or be tried again: whole hours. It
   * ends before the next scheduled time, and on the same day.
   *
   * @default - an hour where the schedule has hours, the rest of the day where it has days
   */
  readonly window?: Duration;
}

// Secrets Manager's own limits.
const RATE_MIN_HOURS = 4;
const RATE_MAX_DAYS = 999;
const HOURS_A_DAY = 24;

// More than four passwords overlapping would run into the 20 labels that a secret can have.
const OVERLAP_MAX_RATES = 4;

/** Secrets Manager's RotationRules; throws where it would refuse them, or the overlap is long. */
export function rotationRules(
  { schedule, window }: ScheduleProps,
  overlap: Duration,
): { scheduleExpression: string; duration?: string } {
  const longest = longestWindow(schedule, overlap);
  if (window === undefined) return { scheduleExpression: schedule };
  const hours = window.toHours({ integral: false });
  if (Number.isInteger(hours) && hours >= 1 && hours <= longest) {
    return { scheduleExpression: schedule, duration: `${hours}h` };
  }
  throw new Error(
    `window of '${schedule}' must be 1 to ${longest} whole hours, got ` +
      `${window.toHumanString()}; it must end before the next one, and on the same day in UTC`,
  );
}

/** The hours that a window may have; throws where the schedule itself is wrong. */
function longestWindow(schedule: string, overlap: Duration): number {
  const rate = rateOf(schedule);
  if (rate === undefined) {
    const hours = cronHours(schedule);
    const between = fewestHoursBetween(hours);
    if (between < RATE_MIN_HOURS) {
      throw new Error(
        `schedule must leave ${RATE_MIN_HOURS} hours between two rotations, got '${schedule}'`,
      );
    }
    // Which days a cron expression means is not worked out here.
    if (hours.length > 1) checkOverlap(schedule, Duration.hours(between), overlap);
    return Math.min(between, HOURS_A_DAY - Math.max(...hours));
  }
  checkOverlap(schedule, rate, overlap);
  return Math.min(rate.toHours(), HOURS_A_DAY);
}

function checkOverlap(schedule: string, rate: Duration, overlap: Duration): void {
  if (rate.toSeconds() * OVERLAP_MAX_RATES >= overlap.toSeconds()) return;
  throw new Error(
    `schedule '${schedule}' must not be shorter than a quarter of the overlap, ` +
      `got an overlap of ${overlap.toHumanString()}; lengthen the one or shorten the other`,
  );
}

function rateOf(schedule: string): Duration | undefined {
  const [, digits, unit] = /^rate\((\d{1,5}) (hours?|days?)\)$/.exec(schedule) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const count = Number(digits);
  const rate = unit.startsWith('hour') ? Duration.hours(count) : Duration.days(count);
  const isAllowed = rate.toHours() >= RATE_MIN_HOURS && rate.toHours() <= RATE_MAX_DAYS * 24;
  if (isAllowed) return rate;
  throw new Error(
    `schedule must be from ${RATE_MIN_HOURS} hours to ${RATE_MAX_DAYS} days, got '${schedule}'`,
  );
}
