import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { COLUMNS, widthOf } from '../../cli/terminal.ts';

export const ROOT = join(import.meta.dirname, '../..');

const marks = (name: string) => [`<!-- ${name} -->`, `<!-- /${name} -->`] as const;

/** Returns the text between the two marks of a section. */
export function sectionOf(file: string, name: string): string {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const [begin, end] = marks(name);
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${file} has no section ${name}`);
  return text.slice(from + begin.length, to).trim();
}

/** Replaces the text between the two marks of a section. */
export function writeSection(file: string, name: string, content: string): void {
  const path = join(ROOT, file);
  const text = readFileSync(path, 'utf8');
  const [begin, end] = marks(name);
  const old = text.slice(text.indexOf(begin), text.indexOf(end));
  writeFileSync(
    path,
    text.replace(old, () => `${begin}\n\n${content}\n\n`),
  );
}

/** Returns a Markdown table; if it fits 80 columns, the cells are padded. */
export function tableOf(heads: string[], rows: (string | number)[][]): string {
  const cells = [heads, ...rows].map((row) => row.map(String));
  const align = heads.map((_, column) => (column === 0 ? '' : 'right'));
  const linedUp = markdownTable(cells, { align });
  if (widthOf(linedUp) <= COLUMNS) return linedUp;
  return markdownTable(cells, { align, alignDelimiters: false });
}
