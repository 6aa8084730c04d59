import { wrap } from '../sandbox/checks-table.ts';
import type { Terminal } from '../sandbox/terminal.ts';

/** One question to the cluster, and what came of it. */
export type Row = {
  id: string;
  question: string;
  /** What Redis' documentation says; empty: nothing. */
  documented: string;
  /** What the function assumes, or that it takes any answer. */
  assumed: string;
  observed: string;
  verdict: 'as assumed' | 'differs' | 'not tried';
};

const STYLES = { 'as assumed': 'green', differs: 'red', 'not tried': 'dim' } as const;
const LABEL_COLUMNS = 14;
const TEXT_COLUMNS = 80 - 2 - LABEL_COLUMNS;

/** Draws the rows, 80 columns wide. */
export function drawReport(rows: Row[], paint: Terminal['paint']): string[] {
  return rows.flatMap(({ question, documented, assumed, observed, verdict }) => [
    `${paint('bold', question)}`,
    ...[
      ['documented', documented || 'nothing'],
      ['assumed', assumed],
      ['observed', observed],
    ].flatMap(([label = '', text = '']) =>
      wrap(text, TEXT_COLUMNS).map(
        (line, index) => `  ${(index === 0 ? label : '').padEnd(LABEL_COLUMNS)}${line}`,
      ),
    ),
    `  ${paint(STYLES[verdict], verdict)}`,
  ]);
}
