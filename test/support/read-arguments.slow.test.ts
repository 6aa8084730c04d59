import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';

function start(
  script: string,
  ...args: string[]
): Promise<{ code: unknown; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : error.code, out, err });
    });
  });
}

test.each([
  ['sandbox', 'test/sandbox/sandbox.ts'],
  ['faults', 'test/faults/faults.ts'],
  ['test:peers', 'test/peers/all.ts'],
  ['bench', 'test/bench/bench.ts'],
])(
  'npm run %s prints its usage, and refuses what it does not know',
  async (name, script) => {
    const help = await start(script, '--help');
    expect([help.code, help.out.split('\n')[0]]).toEqual([
      0,
      expect.stringContaining(`npm run ${name}`),
    ]);
    const { code, out, err } = await start(script, '--bogus');
    expect([code, out, err]).toEqual([2, '', expect.stringContaining('--bogus')]);
  },
  60_000,
);
