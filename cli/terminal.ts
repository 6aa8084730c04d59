import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Lines on standard output and, on a terminal, a status line below them that is redrawn. */
export type Terminal = {
  line: (text?: string) => void;
  status: (text: string) => void;
  paint: (style: Style, text: string) => string;
};

/** The width of a terminal that everything is to fit. */
export const COLUMNS = 80;

const ERASE_LINE = '\r\u001b[2K';

export function openTerminal(stream: NodeJS.WriteStream): Terminal {
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

/** The columns that a text without colours takes. */
export function widthOf(text: string): number {
  return Math.max(...text.split('\n').map(({ length }) => length));
}

/** A terminal that shows nothing. */
export const NO_TERMINAL: Terminal = {
  line: () => undefined,
  status: () => undefined,
  paint: (_style, text) => text,
};
