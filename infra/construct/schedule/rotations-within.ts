import { cronFields, expandField } from '../../../lambda/secret/cron-field.ts';
import { DAYS, HOURS_IN_DAY, WEEKDAYS } from '../../../lambda/secret/schedule-interval.ts';
import { cronHours } from './cron-hours.ts';

/**
 * Returns the most rotations that a cron expression starts within some hours, on the days of one
 * week or month; 0 for another expression.
 */
export function rotationsWithin(expression: string, hours: number): number {
  const [, days = '', , weekdays = ''] = cronFields(expression) ?? [];
  const hoursOfDay = cronHours(expression) ?? [];
  const [text, field] = days === '?' ? [weekdays, WEEKDAYS] : [days, DAYS];
  const listed = expandField(text, field);
  // Forms such as `L` and `SUN#1` are one day of a month.
  const [onDays, { greatest }] = listed === undefined ? [[DAYS.least], DAYS] : [listed, field];
  const times = onDays.flatMap((day) => hoursOfDay.map((hour) => day * HOURS_IN_DAY + hour));
  const cycle = greatest * HOURS_IN_DAY;
  const counts = times.map((start) => {
    const whole = Math.floor(hours / cycle);
    const rest = hours - whole * cycle;
    const inRest = times.filter((time) => (time - start + cycle) % cycle < rest);
    return whole * times.length + inRest.length;
  });
  return Math.max(0, ...counts);
}
