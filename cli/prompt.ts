import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

type Question = { text: string; signal: AbortSignal; isSecret?: boolean };

/** Reads a line from the terminal; '' at the end of the input. Shows no secret that is typed. */
export async function askLine({ text, signal, isSecret = false }: Question): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = isSecret ? nowhere : process.stderr;
  if (isSecret) process.stderr.write(text);
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  // In raw mode, the terminal sends no signal for Ctrl-C.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    // At the end of the input, `question` never resolves.
    const ended = once(lines, 'close', { signal }).then(() => '');
    const answered = lines.question(isSecret ? '' : text, { signal }).catch(() => {
      // Ctrl-D, or a signal.
      process.stderr.write('\n');
      signal.throwIfAborted();
      return '';
    });
    return await Promise.race([answered, ended]);
  } finally {
    lines.close();
    if (isSecret) process.stderr.write('\n');
  }
}
