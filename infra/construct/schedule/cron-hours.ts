import { cronFields, distancesBetween, expandField } from '../../../lambda/secret/cron-field.ts';

const HOURS = { least: 0, greatest: 23 };

/**
 * Returns the hours of a day, ascending, at which a cron expression opens a rotation window.
 * Returns undefined if the hours are invalid: Secrets Manager then rejects the expression.
 */
export function cronHours(expression: string): number[] | undefined {
  const [hours = ''] = cronFields(expression) ?? [];
  return expandField(hours, HOURS);
}

/** Returns the fewest hours between two windows, including the first window of the next day. */
export function fewestHoursBetween(hours: number[]): number {
  return Math.min(...distancesBetween(hours, HOURS));
}
