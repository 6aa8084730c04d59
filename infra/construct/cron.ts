const HOURS_PER_DAY = 24;

/**
 * Returns the hours of a day, ascending, at which a cron expression opens a rotation window.
 * Returns undefined if the hours are invalid: Secrets Manager then rejects the expression.
 */
export function cronHours(expression: string): number[] | undefined {
  const [, field] = /^cron\(\S+ (\S+) .+\)$/.exec(expression) ?? [];
  const hours = field?.split(',').flatMap(hoursOf) ?? [];
  const isValid = hours.length > 0 && hours.every((hour) => hour < HOURS_PER_DAY);
  return isValid ? [...new Set(hours)].sort((a, b) => a - b) : undefined;
}

/** Returns the fewest hours between two windows, including the first window of the next day. */
export function fewestHoursBetween(hours: number[]): number {
  const gaps = hours.map(
    (hour, index) => (hours[index + 1] ?? HOURS_PER_DAY + Number(hours[0])) - hour,
  );
  return Math.min(...gaps);
}

/** Returns the hours that a part of the field means, or hours after the day if it is invalid. */
function hoursOf(part: string): number[] {
  const [, range, step] = /^(\*|\d{1,2}(?:-\d{1,2})?)(?:\/([1-9]\d?))?$/.exec(part) ?? [];
  if (range === undefined) return [HOURS_PER_DAY];
  const [from = 0, last] = range === '*' ? [0, HOURS_PER_DAY - 1] : range.split('-').map(Number);
  const to = last ?? (step === undefined ? from : HOURS_PER_DAY - 1);
  if (to < from) return [HOURS_PER_DAY];
  const count = Math.floor((to - from) / Number(step ?? 1)) + 1;
  return Array.from({ length: count }, (_, index) => from + index * Number(step ?? 1));
}
