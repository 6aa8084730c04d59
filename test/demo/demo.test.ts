import { expect, test } from 'vitest';
import { widthOf } from '../../cli/terminal.ts';
import { demo } from './run-demo.ts';

const TIMEOUT_MS = 60_000;

test.concurrent(
  'npm start -- --json prints one line, and refuses nobody',
  async () => {
    const { code, out, err } = await demo('--json', '--overlap', '2', '--database', 'built-in');
    expect(err).toBe('');
    expect(out).toMatch(/^[^\n]+\n$/);
    const summary = JSON.parse(out);
    expect(Object.keys(summary)).toEqual([
      'rotations',
      'logins',
      'refused',
      'livePasswords',
      'database',
    ]);
    expect(summary).toMatchObject({
      rotations: 3,
      refused: 0,
      livePasswords: 1,
      database: 'built-in',
    });
    expect(summary.logins).toBeGreaterThan(100);
    expect(code).toBe(0);
  },
  TIMEOUT_MS,
);

test.concurrent(
  'npm start -- --overlap 0 counts refused logins, explains them within 80 columns and fails',
  async () => {
    const { code, out } = await demo('--overlap', '0', '--database', 'built-in');
    const summary = /^rotations: 3, logins: \d+, refused: (\d+), live passwords: 1$/m.exec(out);
    const [, refused] = summary ?? [];
    expect(Number(refused)).toBeGreaterThan(0);
    expect(out).toContain('Without overlap it is deleted in the rotation itself.');
    expect(out).toMatch(/^password 4 .*works$/m);
    expect(out).not.toContain('\u001b');
    expect(widthOf(out)).toBeLessThanOrEqual(80);
    expect(code).toBe(1);
  },
  TIMEOUT_MS,
);

test('npm start -- --help prints the usage within 80 columns', async () => {
  const { code, out } = await demo('--help');
  expect(out).toContain('usage: npm start');
  expect(widthOf(out)).toBeLessThanOrEqual(80);
  expect(code).toBe(0);
});

test.each([
  [['--scenario', 'x'], '--scenario is x, allowed are leak, abandoned, active-active, preflight'],
  [['--overlap', 'x'], '--overlap is x, allowed is 0 to 8 seconds'],
  [['--overlap', '9'], '--overlap is 9, allowed is 0 to 8 seconds'],
  [['--database', 'mysql'], '--database is mysql, allowed are redis-server and built-in'],
  [['--nothing'], "Unknown option '--nothing'"],
])('npm start -- %j is refused with the usage', async (options, says) => {
  const { code, err } = await demo(...options);
  expect(err).toContain(says);
  expect(err).toContain('usage: npm start');
  expect(code).toBe(2);
});
