import { expect, test } from 'vitest';
import { widthOf } from '../../cli/terminal.ts';
import { demo } from './run-demo.ts';

test.each([
  ['leak', /the leaked password +is refused\n.*an application, with AWSCURRENT +logs in/s],
  ['abandoned', /passwords that work +3\n.*password deleted.*passwords that work +1\n/s],
  ['active-active', /cluster us: no reply.*AWSCURRENT stays.*after its overlap +(\d) +\1\n/s],
  ['preflight', /19 of 19 checks found their mistake/],
] as const)('npm start -- --scenario %s shows it, within 80 columns', async (scenario, shows) => {
  const { code, out, err } = await demo('--scenario', scenario, '--database', 'built-in');
  expect(err).toBe('');
  expect(out).toMatch(shows);
  expect(widthOf(out)).toBeLessThanOrEqual(80);
  expect(code).toBe(0);
});
