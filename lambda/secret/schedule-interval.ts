import { type CronField, cronFields, distancesBetween, expandField } from './cron-field.ts';

export const HOURS_IN_DAY = 24;
export const DAYS: CronField = { least: 1, greatest: 31 };
const MONTHS: CronField = {
  least: 1,
  greatest: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
export const WEEKDAYS: CronField = {
  least: 1,
  greatest: 7,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
// From the first Sunday of a month to the first Sunday of the next month.
const WEEKDAY_OF_MONTH_DAYS = 35;

/** Returns the hours of a schedule such as `rate(30 days)`; undefined for a cron expression. */
export function rateHours(schedule: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(schedule) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === 'hour' ? 1 : HOURS_IN_DAY);
}

/**
 * Returns the longest time between two rotations of a schedule, in hours; undefined if the schedule
 * is unknown.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 */
export function longestIntervalHours(schedule: string): number | undefined {
  const fields = cronFields(schedule);
  if (fields === undefined) return rateHours(schedule);
  const [, days = '', months = '', weekdays = ''] = fields;
  const monthGap = longestGap(months, MONTHS);
  if (monthGap > 1) return monthGap * DAYS.greatest * HOURS_IN_DAY;
  if (/[#L]/.test(weekdays)) return WEEKDAY_OF_MONTH_DAYS * HOURS_IN_DAY;
  return Math.max(longestGap(days, DAYS), longestGap(weekdays, WEEKDAYS)) * HOURS_IN_DAY;
}

/** Returns the longest distance between two numbers of a field; the whole field if it has none. */
function longestGap(text: string, field: CronField): number {
  const numbers = expandField(text, field);
  // Such as `L`, the last day of a month.
  if (numbers === undefined) return field.greatest;
  return Math.max(...distancesBetween(numbers, field));
}
