import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Lines on standard output and, on a terminal, a status line below them. */
export type Terminal = {
  line: (text?: string) => void;
  status: (text: string) => void;
  paint: (style: Style, text: string) => string;
  /** Replaces what the terminal shows by as many lines as fit. Elsewhere, prints all lines. */
  redraw: (lines: string[]) => void;
};

/** The width that every output fits, except a command in a hint. */
export const COLUMNS = 80;

// `styleText` would look at standard output, which may be another stream.
const NOT_VALIDATED = { validateStream: false };

const ERASE_LINE = '\r\u001b[2K';
const ERASE_SCREEN = '\u001b[H\u001b[2J';

export function openTerminal(
  stream: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'rows' | 'hasColors'>>,
): Terminal {
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
    // `hasColors` reads NO_COLOR: `styleText` of Node.js 20 does not.
    paint: (style, text) =>
      stream.isTTY && stream.hasColors?.() ? styleText(style, text, NOT_VALIDATED) : text,
    redraw: (lines) => {
      // The cursor is on the line after the last one. A terminal without a size has 0 rows.
      const room = stream.isTTY && stream.rows ? stream.rows - 1 : lines.length;
      const shown = lines.slice(0, Math.max(1, room));
      stream.write(`${stream.isTTY ? ERASE_SCREEN : ''}${shown.join('\n')}\n`);
    },
  };
}

/** A terminal that shows nothing. */
export const NO_TERMINAL: Terminal = {
  line: () => undefined,
  status: () => undefined,
  paint: (_style, text) => text,
  redraw: () => undefined,
};

/**
 * Returns a text from AWS or the command line in one line, without what a terminal would act on:
 * escape sequences, control characters, and characters that change the direction of text.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** Returns the length of the longest line. */
export function widthOf(text: string): number {
  return Math.max(...text.split('\n').map(({ length }) => length));
}

/**
 * Breaks a text into lines of at most `columns` characters: at its spaces, if there are any. An ARN
 * stays whole, so that it can be copied.
 */
export function wrap(text: string, columns: number): string[] {
  const lines = [''];
  const parts = new RegExp(`.{1,${columns}}`, 'gsu');
  const words = stripVTControlCharacters(text).split(' ');
  for (const word of words.flatMap((one) =>
    one.startsWith('arn:') ? one : (one.match(parts) ?? one),
  )) {
    const last = lines.at(-1) ?? '';
    const longer = last === '' ? word : `${last} ${word}`;
    if (longer.length <= columns || last === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const COMMAND = /`((?:aws|npx) [^`]+)`[,;:.]?/g;
const NO_BREAK_SPACE = '\u00a0';

/**
 * Breaks a hint as `wrap` does, but no command, which a shell would run in parts. A long command
 * gets a line of its own, of any length and without backticks.
 */
export function wrapHint(text: string, columns: number): string[] {
  if (text.length <= columns) return [text];
  const unbroken = text.replace(COMMAND, (quoted, command: string) =>
    command.length > columns / 2 ? `\n${command}\n` : quoted.replaceAll(' ', NO_BREAK_SPACE),
  );
  return unbroken
    .split('\n')
    .flatMap((part, index) => (index % 2 === 1 ? [part] : wrap(part.trim(), columns)))
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(NO_BREAK_SPACE, ' '));
}
