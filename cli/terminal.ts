import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Lines on standard output and, on a terminal, a status line below them. */
export type Terminal = {
  line: (text?: string) => void;
  status: (text: string) => void;
  paint: (style: Style, text: string) => string;
};

/** The width that every output fits. */
export const COLUMNS = 80;

const ERASE_LINE = '\r\u001b[2K';

export function openTerminal(stream: NodeJS.WritableStream & { isTTY?: boolean }): Terminal {
  const status = { text: '' };
  const redraw = (before = '') => {
    if (stream.isTTY) stream.write(`${ERASE_LINE}${before}${status.text}`);
    else stream.write(before);
  };
  return {
    line: (text = '') => redraw(`${text}\n`),
    status: (text) => {
      if (!stream.isTTY) return;
      status.text = text;
      redraw();
    },
    paint: (style, text) => styleText(style, text, { stream }),
  };
}

/** A terminal that shows nothing. */
export const NO_TERMINAL: Terminal = {
  line: () => undefined,
  status: () => undefined,
  paint: (_style, text) => text,
};

/** Returns the length of the longest line. */
export function widthOf(text: string): number {
  return Math.max(...text.split('\n').map(({ length }) => length));
}

/** Breaks a text at its spaces into lines of at most `columns` characters. */
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
