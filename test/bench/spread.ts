export type Spread = { least: number; median: number; most: number };

export function spreadOf(figures: number[]): Spread {
  const sorted = figures.toSorted((one, other) => one - other);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { least: at(0), median: at(Math.floor(sorted.length / 2)), most: at(sorted.length - 1) };
}

/** Formats a number without decimals. */
export const whole = (figure: number) => Math.round(figure).toLocaleString('en');

/** Formats a spread: the median, and the least and the most in parentheses. */
export const spread = ({ least, median, most }: Spread) =>
  `${whole(median)} (${whole(least)} to ${whole(most)})`;

/** Formats a ratio with two decimals. */
export const ratio = (one: number, other: number) => (one / other).toFixed(2);
