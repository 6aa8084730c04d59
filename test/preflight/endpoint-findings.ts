import { putParameters } from '../sandbox/setup.ts';
import type { Scenario } from '../support/scenario.ts';
import type { Finding } from './finding.ts';

const setParameters = (parameters: Record<string, string>) => (world: Scenario) =>
  putParameters(world, parameters);

// The certificates of the sandbox are valid for a year of the real clock.
function expireCertificateSoon({ time }: Scenario): void {
  time.advance((Date.now() - time.now()) / 1_000 + 340 * 86_400);
}

export const ENDPOINT_FINDINGS: Finding[] = [
  [
    'name',
    'fail',
    /DNS/,
    setParameters({
      'api-endpoints': 'https://nowhere.invalid:9443',
      'database-hosts': '127.0.0.1',
    }),
  ],
  ['tcp', 'fail', /security groups/, (world) => world.api.close()],
  ['tls', 'fail', /server-name/, setParameters({ 'server-name': 'another.example.com' })],
  ['certificate', 'warn', /add the new certificate/, expireCertificateSoon],
];
