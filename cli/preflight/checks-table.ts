import type { Check } from '../../lambda/preflight/check.ts';
import type { Preflight } from '../../lambda/preflight/preflight.ts';
import { COLUMNS, plainText, type Terminal, wrap, wrapHint } from '../terminal.ts';

const STATUS_COLUMNS = 9;
const CHECK_COLUMNS = 17;

// Yellow is hard to read on a light background.
const STYLES = { pass: 'green', warn: 'magenta', fail: 'red', unknown: 'dim' } as const;

/** Draws checks, 80 columns wide: the status, the name and the detail, with the hint below. */
export function drawChecks(checks: Check[], paint: Terminal['paint']): string[] {
  return checks.flatMap(({ check, status, detail, hint }) => {
    const mark = paint(STYLES[status], status) + ' '.repeat(STATUS_COLUMNS - status.length);
    const room = COLUMNS - STATUS_COLUMNS - CHECK_COLUMNS;
    const [first = '', ...rest] = wrap(plainText(detail), room);
    const indent = ' '.repeat(STATUS_COLUMNS + CHECK_COLUMNS);
    const help = hint === '' ? [] : wrapHint(`→ ${plainText(hint)}`, room);
    return [
      `${mark}${check.padEnd(CHECK_COLUMNS)}${first}`,
      ...[...rest, ...help].map((line) => `${indent}${line}`),
    ];
  });
}

/** Returns 1 if a rotation would fail, or if applications are locked out. */
export function exitCodeOf({ ok, checks }: Preflight): number {
  return ok && !areLockedOut(checks) ? 0 : 1;
}

/** Whether a database rejects AWSCURRENT. In admin mode, the next rotation may still succeed. */
export function areLockedOut(checks: Check[]): boolean {
  return checks.some(({ isLockedOut }) => isLockedOut);
}
