import { NO_SECRET } from '../aws/list-secrets.ts';
import { COLUMNS, plainText, type Terminal, wrap } from '../terminal.ts';
import type { Statuses } from './read-statuses.ts';

/** Draws what all secrets have in common, and what could not be read. */
export function drawSummary({ secrets, notes }: Statuses, paint: Terminal['paint']): string[] {
  const count = (level: string) => secrets.filter((one) => one.level === level).length;
  const [fail, warn, ok] = [count('fail'), count('warn'), count('ok')];
  const all = `${secrets.length} secret${secrets.length === 1 ? '' : 's'}`;
  const summary =
    secrets.length === 0 ? NO_SECRET : `${all}: ${fail} fail, ${warn} warn, ${ok} ok.`;
  const details = notes.flatMap((note) => wrap(plainText(note), COLUMNS));
  return [...details, paint('bold', summary)];
}
