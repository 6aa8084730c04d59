const HOURS_IN_DAY = 24;
const DAYS_IN_MONTH = 31;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
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
  const fields = /^cron\(\S+ \S+ (\S+) (\S+) (\S+) \S+\)$/.exec(schedule);
  if (fields === null) return rateHours(schedule);
  const [, days = '', months = '', weekdays = ''] = fields;
  const monthGap = longestGap(months, MONTHS.length, MONTHS);
  if (monthGap > 1) return monthGap * DAYS_IN_MONTH * HOURS_IN_DAY;
  if (/[#L]/.test(weekdays)) return WEEKDAY_OF_MONTH_DAYS * HOURS_IN_DAY;
  const dayGap = /[LW]/.test(days) ? DAYS_IN_MONTH : longestGap(days, DAYS_IN_MONTH);
  const weekdayGap = longestGap(weekdays, WEEKDAYS.length, WEEKDAYS);
  return Math.max(dayGap, weekdayGap) * HOURS_IN_DAY;
}

/** Returns the longest distance between two numbers of a cron field, counted in a circle. */
function longestGap(field: string, max: number, names: string[] = []): number {
  const numbers = field
    .split(',')
    .flatMap((part) => expand(part, max, names))
    .sort((one, other) => one - other);
  const [first = 1] = numbers;
  return Math.max(...numbers.map((one, at) => (numbers[at + 1] ?? first + max) - one));
}

/** Expands `*`, `?`, `5`, `MON`, `1-5`, `1/3` or `*` with a step to numbers. */
function expand(part: string, max: number, names: string[]): number[] {
  const [range = '', step = '1'] = part.split('/');
  const [from = '', to = part.includes('/') ? String(max) : from] = range.split('-');
  const numberOf = (text: string) => names.indexOf(text.toUpperCase()) + 1 || Number(text);
  const isEvery = range === '*' || range === '?';
  const [least, most] = isEvery ? [1, max] : [numberOf(from), numberOf(to)];
  const every = Math.max(1, Number(step) || 1);
  const count = Math.max(1, Math.floor((most - least) / every) + 1 || 1);
  return Array.from({ length: Math.min(count, max) }, (_, index) => (least || 1) + index * every);
}
