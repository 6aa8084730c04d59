import { DAY_MS, HOUR_MS } from '../lambda/clock.ts';

const MINUTE_MS = 60_000;
// From here on, the smaller unit says nothing.
const LARGE = 10;

/** Formats milliseconds in at most 6 characters, such as `6d 23h`, `12h`, `45m` and `<1m`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < MINUTE_MS) return '<1m';
  if (milliseconds < HOUR_MS) return `${Math.floor(milliseconds / MINUTE_MS)}m`;
  if (milliseconds < DAY_MS) return twoUnits(milliseconds, [HOUR_MS, 'h'], [MINUTE_MS, 'm']);
  return twoUnits(milliseconds, [DAY_MS, 'd'], [HOUR_MS, 'h']);
}

type Unit = [milliseconds: number, name: string];

function twoUnits(milliseconds: number, [large, name]: Unit, [small, smallName]: Unit): string {
  const count = Math.floor(milliseconds / large);
  const rest = Math.floor((milliseconds % large) / small);
  return count >= LARGE || rest === 0 ? `${count}${name}` : `${count}${name} ${rest}${smallName}`;
}
