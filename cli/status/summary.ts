import { NO_SECRET, UNTAGGED } from '../aws/list-secrets.ts';
import type { Values } from '../options.ts';
import { COLUMNS, plainText, type Terminal, wrapHint } from '../terminal.ts';
import type { Statuses } from './read-statuses.ts';

// Labels and dates show only what Secrets Manager knows.
const NOT_SEEN = 'Not shown: errors, and whether AWSCURRENT is accepted. Run status --errors.';

/** Draws what all secrets have in common, and what could not be read. */
export function drawSummary(
  statuses: Statuses,
  { secret, errors }: Values,
  paint: Terminal['paint'],
): string[] {
  const { secrets, notes } = statuses;
  const limits = [...(errors ? [] : [NOT_SEEN]), ...(secret === undefined ? [UNTAGGED] : [])];
  const details = notes.flatMap((note) => wrapHint(plainText(note), COLUMNS));
  return [...details, ...(secrets.length === 0 ? [] : limits), paint('bold', totals(statuses))];
}

/** Returns how many secrets have each level. */
export function totals({ secrets }: Statuses): string {
  const count = (level: string) => secrets.filter((one) => one.level === level).length;
  const [fail, warn, ok] = [count('fail'), count('warn'), count('ok')];
  const all = `${secrets.length} secret${secrets.length === 1 ? '' : 's'}`;
  return secrets.length === 0 ? NO_SECRET : `${all}: ${fail} fail, ${warn} warn, ${ok} ok.`;
}
