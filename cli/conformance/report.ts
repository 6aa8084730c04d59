import { type Terminal, wrap } from '../terminal.ts';
import type { Row } from './trials/trial.ts';

// 80 columns, with the gaps between them.
const COLUMNS = [20, 16, 16, 12, 8] as const;
const GAP = '  ';
const HEADS = ['question', 'this cluster', 'documentation', 'we assume', 'fits?'];

const STYLES = { 'as assumed': 'green', differs: 'red', 'not tried': 'dim' } as const;
const FITS = { 'as assumed': 'yes', differs: 'no', 'not tried': '-' };

/** Draws a table of 80 columns, with a rule between the questions. */
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

/** Draws cells side by side; each text of a cell starts a new line. */
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

/** Breaks a text into lines, and names that are longer than a line after a `_` or a `-`. */
function fit(text: string, columns: number): string[] {
  const part = new RegExp(`.{1,${columns}}(?:(?<=[_-])|$)|.{1,${columns}}`, 'g');
  const words = text.split(' ').flatMap((word) => word.match(part) ?? []);
  return wrap(words.join(' '), columns);
}

/** Counts the verdicts, and names the questions whose answers differ. */
export function summary(rows: Row[], questions: number): string {
  const idsOf = (verdict: Row['verdict']) =>
    rows.filter((row) => row.verdict === verdict).map(({ id }) => id);
  const answered = rows.length === questions ? questions : `${rows.length} of ${questions}`;
  const differ = idsOf('differs');
  const names = differ.length > 0 ? ` (${differ.join(', ')})` : '';
  return (
    `${answered} questions: ${idsOf('as assumed').length} as assumed, ` +
    `${differ.length} differ${names}, ${idsOf('not tried').length} not tried.`
  );
}
