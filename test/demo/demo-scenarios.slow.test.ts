import { expect, test } from 'vitest';
import { widthOf } from '../../cli/terminal.ts';
import { start, startProcess } from './start-demo.ts';

test.each([
  ['leak', /the leaked password +is rejected\n.*an application, with AWSCURRENT +logs in/s],
  ['abandoned', /valid passwords +3\n.*delete password.*valid passwords +1\n/s],
  ['active-active', /cluster us: no reply.*AWSCURRENT stays.*after its overlap +(\d) +\1\n/s],
  [
    'default-user',
    /default user.*rotation 3 of 3.*rotations: 3, logins: \d+, rejected: 0, valid passwords: 1\n/s,
  ],
  ['roll-back', /AWSCURRENT +the previous password.*\d+ logins, 0 rejected\n/s],
  ['preflight', /19 of 19 checks found their mistake/],
] as const)('npm start -- --scenario %s shows it in 80 columns', async (scenario, shows) => {
  const { code, out } = await start(['--scenario', scenario, '--database', 'built-in']);
  expect(out).toMatch(shows);
  // A command to paste stays in one line.
  expect(widthOf(out.replace(/^ *aws .*$/gm, ''))).toBeLessThanOrEqual(80);
  expect(code).toBe(0);
});

test('npm start -- --scenario leak --json prints one line, and no error', async () => {
  const options = ['--scenario', 'leak', '--database', 'built-in', '--json'];
  const { code, out, err } = await startProcess(...options);
  expect([code, out, err]).toEqual([0, '{"leak":true}\n', '']);
});
