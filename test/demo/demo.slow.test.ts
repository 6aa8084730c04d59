import { expect, test } from 'vitest';
import { widthOf } from '../../cli/terminal.ts';
import { readOptions } from './options.ts';
import type { Pace } from './schedule.ts';
import { start, startProcess } from './start-demo.ts';

const FAST: Pace = { startMs: 100, restMs: 100, cacheMs: 400 };
// Long enough that a client logs in with a deleted password on a busy machine too.
const LONG_CACHE: Pace = { ...FAST, cacheMs: 2_000 };

test('npm start -- --json prints one line, and the database rejects no login', async () => {
  const options = ['--json', '--overlap', '2', '--database', 'built-in'];
  const { code, out } = await start(options, FAST);
  expect(out).toMatch(/^[^\n]+\n$/);
  const summary = JSON.parse(out);
  expect(Object.keys(summary)).toEqual([
    'rotations',
    'logins',
    'rejected',
    'validPasswords',
    'database',
  ]);
  expect(summary).toMatchObject({
    rotations: 3,
    rejected: 0,
    validPasswords: 1,
    database: 'built-in',
  });
  expect(summary.logins).toBeGreaterThan(100);
  expect(code).toBe(0);
});

test('npm start -- --overlap 0 explains rejected logins in 80 columns, and fails', async () => {
  const { code, out } = await start(['--overlap', '0', '--database', 'built-in'], LONG_CACHE);
  const summary = /^rotations: 3, logins: \d+, rejected: (\d+), valid passwords: 1$/m.exec(out);
  const [, rejected] = summary ?? [];
  expect(Number(rejected)).toBeGreaterThan(0);
  expect(out).toContain('Without an overlap, the rotation itself deletes the replaced password.');
  expect(out).toMatch(/^password 4 .*valid$/m);
  expect(out).not.toContain('\u001b');
  expect(widthOf(out)).toBeLessThanOrEqual(80);
  expect(code).toBe(1);
});

test('npm start -- --help prints the usage in 80 columns', async () => {
  const { code, out } = await startProcess('--help');
  expect(out).toContain('usage: npm start');
  expect(widthOf(out)).toBeLessThanOrEqual(80);
  expect(code).toBe(0);
});

test('npm start prints the usage after an invalid option', async () => {
  const { code, err } = await startProcess('--overlap', '9');
  expect(err).toMatch(/^--overlap is 9, allowed is 0 to 8 seconds\nusage: npm start/);
  expect(code).toBe(2);
});

test.each([
  [
    ['--scenario', 'x'],
    '--scenario is x, allowed are leak, abandoned, active-active, default-user, preflight',
  ],
  [['--overlap', 'x'], '--overlap is x, allowed is 0 to 8 seconds'],
  [['--overlap', '9'], '--overlap is 9, allowed is 0 to 8 seconds'],
  [['--database', 'mysql'], '--database is mysql, allowed are redis-server and built-in'],
  [['--nothing'], "Unknown option '--nothing'"],
])('names what is invalid in %j', (options, message) => {
  expect(() => readOptions(options)).toThrow(message);
});
