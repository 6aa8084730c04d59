import { expect, test } from 'vitest';
import { openRotating, ROTATE } from './rotating.ts';
import { runCli, startCli } from './run-cli.ts';

test.concurrent('rotate that does not end in time prints the last error of the log and its hint', async () => {
  await using world = await openRotating({ fails: true });
  const { code, out } = await runCli(world, ...ROTATE, '--timeout', '4');
  expect(code).toBe(1);
  expect(out).toMatch(
    /^The rotation has not finished: AWS retries it\..*\nlast error in \w+: \w+: .*\n→ /s,
  );
});

test.concurrent('rotate prints an error as soon as the log has it, and again after Ctrl-C', async () => {
  await using world = await openRotating({ fails: true });
  const { ended, child } = startCli(ROTATE, { variables: world.environment });
  let isInterrupted = false;
  child.stderr?.on('data', (text: string) => {
    // A second Ctrl-C would end the process before its last output.
    if (isInterrupted || !text.includes('last error')) return;
    isInterrupted = child.kill('SIGINT');
  });
  const { code, err } = await ended;
  expect([code, err.match(/^last error in \w+: /gm)?.length]).toEqual([130, 2]);
}, 60_000);

test.concurrent('rotate shows an error once if it was shown before the end', async () => {
  await using world = await openRotating({ fails: true });
  const { code, out, err } = await runCli(world, ...ROTATE, '--timeout', '20');
  const shown = `${err}${out}`.match(/^last error in \w+: /gm);
  expect([code, shown?.length]).toEqual([1, 1]);
}, 60_000);
