import { Duration, Token } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { cronHours, fewestHoursBetween } from './cron.ts';

/** When a secret rotates: `automaticallyAfter` or `schedule`. Times are UTC. */
export interface ScheduleProps {
  /**
   * The secret rotates after this time: whole hours or days, at least 4 hours.
   *
   * @default - `schedule`
   *
   * @example
   * const automaticallyAfter = Duration.days(30);
   * rotation.addSecret('Billing', billingSecret, { automaticallyAfter });
   */
  readonly automaticallyAfter?: Duration;

  /**
   * The secret rotates at these times: a schedule of aws-events, or its text, such as
   * `cron(0 3 ? * SUN#1 *)`. Secrets Manager requires 0 for the minutes and `*` for the year.
   *
   * @default - `automaticallyAfter`
   *
   * @example
   * const schedule = Schedule.cron({ minute: '0', hour: '3', weekDay: 'SUN#1' });
   * rotation.addSecret('Billing', billingSecret, { schedule });
   */
  readonly schedule?: Schedule | string;

  /**
   * The time after each scheduled time in which Secrets Manager starts or retries the rotation, in
   * whole hours. The window must end on the same day, before the next scheduled time.
   *
   * @default - one hour for a schedule in hours, the rest of the day for a schedule in days
   *
   * @example
   * const schedule = 'cron(0 3 ? * SUN#1 *)';
   * rotation.addSecret('Billing', billingSecret, { schedule, window: Duration.hours(3) });
   */
  readonly window?: Duration;
}

const HOURS_PER_DAY = 24;

// A secret can have 20 labels, which is too few for more than four overlapping passwords.
const ROTATIONS_PER_OVERLAP_MAX = 4;

/**
 * Returns the RotationRules of Secrets Manager for the secret `name`. Throws if the overlap is too
 * long for the schedule, or the window. Secrets Manager itself checks the rest at deployment.
 */
export function rotationRules(
  name: string,
  props: ScheduleProps,
  overlap: Duration,
): { scheduleExpression: string; duration?: string } {
  const scheduleExpression = expressionOf(name, props);
  const { window } = props;
  const max = maxWindowHours(name, scheduleExpression, overlap);
  if (window === undefined) return { scheduleExpression };
  const hours = window.toHours({ integral: false });
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
    return Schedule.rate(automaticallyAfter).expressionString;
  }
  if (schedule !== undefined && automaticallyAfter === undefined) {
    return typeof schedule === 'string' ? schedule : schedule.expressionString;
  }
  const got = schedule === undefined ? 'neither' : 'both';
  throw new Error(`${name} must have exactly one of automaticallyAfter and schedule, got ${got}`);
}

/** Returns the most hours that a window may have. Throws if the overlap is too long. */
function maxWindowHours(name: string, expression: string, overlap: Duration): number {
  const rate = rateHours(expression);
  const hours = Token.isUnresolved(expression) ? undefined : cronHours(expression);
  const between = rate ?? (hours && fewestHoursBetween(hours)) ?? HOURS_PER_DAY;
  // With one hour, the time between two rotations depends on the days, which nothing here parses.
  const isKnown = rate !== undefined || (hours !== undefined && hours.length > 1);
  if (isKnown) checkOverlap(name, expression, Duration.hours(between), overlap);
  return Math.min(between, HOURS_PER_DAY - Math.max(0, ...(hours ?? [])));
}

function checkOverlap(name: string, expression: string, rate: Duration, overlap: Duration): void {
  if (rate.toSeconds() * ROTATIONS_PER_OVERLAP_MAX >= overlap.toSeconds()) return;
  throw new Error(
    `schedule of ${name} must not be shorter than a quarter of the overlap, got '${expression}' ` +
      `with an overlap of ${overlap.toHumanString()}; hint: rotate less often, or shorten overlap`,
  );
}

function rateHours(expression: string): number | undefined {
  const [, count, unit = ''] = /^rate\((\d{1,5}) (hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined) return undefined;
  return unit === 'day' ? Number(count) * HOURS_PER_DAY : Number(count);
}
