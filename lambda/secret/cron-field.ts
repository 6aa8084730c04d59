/** The least and the greatest number of a field, and names for the numbers. */
export type CronField = { least: number; greatest: number; names?: readonly string[] };

/** Returns hours, days, months and weekdays of a cron expression; undefined for another text. */
export function cronFields(expression: string): string[] | undefined {
  return /^cron\(\S+ (\S+) (\S+) (\S+) (\S+) \S+\)$/.exec(expression)?.slice(1);
}

const PART = /^(\*|\?|(?:\d{1,2}|[a-z]{3})(?:-(?:\d{1,2}|[a-z]{3}))?)(?:\/([1-9]\d?))?$/i;

/**
 * Expands `*`, `?`, `5`, `MON`, `1-5`, `1/3`, `*` with a step, and lists of them. Returns the
 * numbers, ascending; undefined if the text is not valid for the field.
 */
export function expandField(text: string, field: CronField): number[] | undefined {
  const parts = text.split(',').map((part) => expandPart(part, field));
  const numbers = new Set(parts.flatMap((part) => part ?? []));
  return parts.includes(undefined) ? undefined : [...numbers].sort((one, other) => one - other);
}

/** Returns the distances between ascending numbers, counted in a circle. */
export function distancesBetween(numbers: number[], { least, greatest }: CronField): number[] {
  const first = Number(numbers[0]) + greatest - least + 1;
  return numbers.map((one, at) => (numbers[at + 1] ?? first) - one);
}

function expandPart(part: string, { least, greatest, names = [] }: CronField) {
  const [, range, step] = PART.exec(part) ?? [];
  if (range === undefined) return undefined;
  const numberOf = (one: string) => {
    const at = names.indexOf(one.toUpperCase());
    return at === -1 ? Number(one) : at + least;
  };
  const isEvery = range === '*' || range === '?';
  const [from = Number.NaN, last] = isEvery ? [least, greatest] : range.split('-').map(numberOf);
  const to = last ?? (step === undefined ? from : greatest);
  if (!(least <= from && from <= to && to <= greatest)) return undefined;
  const every = Number(step ?? 1);
  const count = Math.floor((to - from) / every) + 1;
  return Array.from({ length: count }, (_, index) => from + index * every);
}
