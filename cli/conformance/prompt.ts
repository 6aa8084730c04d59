import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Reads a password from the terminal, without showing what is typed. */
export async function askPassword(admin: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(`password of ${admin}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // In raw mode, the terminal sends no signal for Ctrl-C.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    // At the end of the input, `question` never resolves.
    const ended = once(lines, 'close', { signal }).then(() => '');
    const password = await Promise.race([lines.question('', { signal }), ended]);
    if (password !== '') return password;
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
  throw new Error(`the password of ${admin} is empty`);
}
