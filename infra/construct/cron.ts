const HOURS_PER_DAY = 24;

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

type Field = { name: string; first: number; last: number; words?: string[]; special?: RegExp };

// The fields between the minutes, which must be 0, and the year, which must be "*".
const FIELDS: Field[] = [
  { name: 'hours', first: 0, last: 23 },
  { name: 'days', first: 1, last: 31, special: /^(\?|L)$/ },
  { name: 'months', first: 1, last: 12, words: MONTHS },
  {
    name: 'weekdays',
    first: 1,
    last: 7,
    words: WEEKDAYS,
    special: /^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(#[1-5]|L))$/,
  },
];

/**
 * Returns the hours of a day, ascending, at which a cron expression of Secrets Manager opens a
 * rotation window. Throws if Secrets Manager does not support the expression.
 */
export function cronHours(expression: string): number[] {
  const fields = /^cron\(0 (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(expression)?.slice(1);
  if (fields === undefined) {
    throw new Error(
      `schedule must be rate(n days), rate(n hours) or cron(0 hours days months weekdays *), ` +
        `got '${expression}'; hint: set the minutes to 0 and the year to *`,
    );
  }
  const values = FIELDS.map((field, index) => {
    const text = fields[index] ?? '';
    if (field.special?.test(text)) return [];
    const found = text.split(',').map((part) => valuesOf(field, part));
    if (found.every((one) => one !== undefined)) return found.flat();
    throw new Error(`${field.name} of the schedule are invalid, got '${text}' in '${expression}'`);
  });
  if ((fields[1] === '?') === (fields[3] === '?')) {
    throw new Error(`schedule must have ? in either days or weekdays, got '${expression}'`);
  }
  return [...new Set(values[0])].sort((a, b) => a - b);
}

/** Returns the fewest hours between two windows, including the first window of the next day. */
export function fewestHoursBetween(hours: number[]): number {
  const gaps = hours.map(
    (hour, index) => (hours[index + 1] ?? HOURS_PER_DAY + Number(hours[0])) - hour,
  );
  return Math.min(...gaps);
}

/** Returns the values that a part of a field means, or undefined if the part is invalid. */
function valuesOf({ first, last, words = [] }: Field, part: string): number[] | undefined {
  const [, range = '', step] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
  const toNumber = (text: string) =>
    /^\d{1,2}$/.test(text)
      ? Number(text)
      : words.indexOf(text) + (words.includes(text) ? first : -1);
  const ends = range === '*' ? [first, last] : range.split('-').map(toNumber);
  const [from = -1, to = step === undefined ? from : last, ...more] = ends;
  const isInvalid = from < first || to > last || to < from || more.length > 0 || step === '0';
  if (isInvalid) return undefined;
  const count = Math.floor((to - from) / Number(step ?? 1)) + 1;
  return Array.from({ length: count }, (_, index) => from + index * Number(step ?? 1));
}
