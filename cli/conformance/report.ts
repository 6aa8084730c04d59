import { wrap } from '../checks-table.ts';
import type { Terminal } from '../terminal.ts';

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

// 80 columns, with the gaps between them.
const COLUMNS = [20, 16, 16, 12, 8] as const;
const GAP = '  ';
const HEADS = ['question', 'this cluster', 'documentation', 'we assume', 'fits?'];

const STYLES = { 'as assumed': 'green', differs: 'red', 'not tried': 'dim' } as const;
const FITS = { 'as assumed': 'yes', differs: 'no', 'not tried': '-' };

/** Draws a table of 80 columns: a line or more for every question, and a rule between them. */
export function drawReport(rows: Row[], paint: Terminal['paint']): string[] {
  const rule = COLUMNS.map((columns) => '-'.repeat(columns)).join(GAP);
  return [
    ...drawCells(
      HEADS.map((head) => [head]),
      (text) => paint('bold', text),
    ),
    ...rows.flatMap(({ id, question, observed, documented, assumed, verdict }) => {
      const cells = [[id, question], [observed], [documented || 'nothing'], [assumed]];
      const drawn = drawCells([...cells, [FITS[verdict]]], (text, column) =>
        column === 4 ? paint(STYLES[verdict], text) : text,
      );
      return [rule, ...drawn];
    }),
  ];
}

/** Draws cells beside each other; each is a list of texts that start lines of their own. */
function drawCells(cells: string[][], paint: (text: string, column: number) => string): string[] {
  const wrapped = COLUMNS.map((columns, index) =>
    (cells[index] ?? []).flatMap((text) => fit(text, columns)),
  );
  const height = Math.max(...wrapped.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    COLUMNS.map((columns, index) => {
      const text = wrapped[index]?.[line] ?? '';
      const room = index === COLUMNS.length - 1 ? '' : ' '.repeat(columns - text.length);
      return text === '' ? room : `${paint(text, index)}${room}`;
    })
      .join(GAP)
      .trimEnd(),
  );
}

/** Lines of so many columns: names of settings and errors are longer, and break behind a `_`. */
function fit(text: string, columns: number): string[] {
  const part = new RegExp(`.{1,${columns}}(?:(?<=[_-])|$)|.{1,${columns}}`, 'g');
  const words = text.split(' ').flatMap((word) => word.match(part) ?? []);
  return wrap(words.join(' '), columns);
}

/** How many questions were answered how. */
export function summary(rows: Row[], questions: number): string {
  const count = (verdict: Row['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  const asked = rows.length === questions ? questions : `${rows.length} of ${questions}`;
  const otherwise = rows.filter(({ verdict }) => verdict === 'differs').map(({ id }) => id);
  const which = otherwise.length > 0 ? ` (${otherwise.join(', ')})` : '';
  return (
    `${asked} questions: ${count('as assumed')} as assumed, ` +
    `${otherwise.length} otherwise${which}, ${count('not tried')} not tried.`
  );
}
