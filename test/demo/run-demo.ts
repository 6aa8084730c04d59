import { execFile } from 'node:child_process';

type Ended = { code: number | string | null | undefined; out: string; err: string };

/** Runs `npm start` with options, as a user does. */
export function demo(...options: string[]): Promise<Ended> {
  const args = ['test/demo/demo.ts', ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out, err });
    });
  });
}
