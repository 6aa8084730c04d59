import { stripVTControlCharacters } from 'node:util';
import type { Check } from '../lambda/preflight/check.ts';
import { COLUMNS, type Terminal } from './terminal.ts';

const STATUS_COLUMNS = 9;
const CHECK_COLUMNS = 17;

// Yellow is hard to read on a light background.
const STYLES = { pass: 'green', warn: 'magenta', fail: 'red', unknown: 'dim' } as const;

/** Draws findings, 80 columns wide: a status, a check and what was seen, the remedy below it. */
export function drawChecks(checks: Check[], paint: Terminal['paint']): string[] {
  return checks.flatMap(({ check, status, detail, hint }) => {
    const mark = paint(STYLES[status], status) + ' '.repeat(STATUS_COLUMNS - status.length);
    const room = COLUMNS - STATUS_COLUMNS - CHECK_COLUMNS;
    const [first = '', ...rest] = wrap(detail, room);
    const indent = ' '.repeat(STATUS_COLUMNS + CHECK_COLUMNS);
    const help = hint === '' ? [] : wrap(`→ ${hint}`, room);
    return [
      `${mark}${check.padEnd(CHECK_COLUMNS)}${first}`,
      ...[...rest, ...help].map((line) => `${indent}${line}`),
    ];
  });
}

/** Breaks a text at its spaces into lines of so many columns. */
export function wrap(text: string, columns: number): string[] {
  const lines = [''];
  for (const word of stripVTControlCharacters(text).split(' ')) {
    const last = lines.at(-1) ?? '';
    const longer = last === '' ? word : `${last} ${word}`;
    if (longer.length <= columns || last === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
