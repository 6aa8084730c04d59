import { type Certificate, makeAuthority, makeCertificate } from '../sandbox/certificate.ts';
import { makeSecret, putParameters } from '../sandbox/setup.ts';
import { openScenario, type Scenario, type ScenarioOptions } from '../support/scenario.ts';

export const CLIENT_NAME = 'rotation';

export const authority = await makeAuthority('Client CA');
// The virtual clock starts before today.
export const clientCertificate = await makeCertificate(CLIENT_NAME, {
  ca: authority,
  notBefore: new Date(0),
});

export function toSecret({ cert, key }: Certificate) {
  return { certificate: cert, privateKey: key };
}

/**
 * Opens a world whose API and database require a client certificate. If `secret` is null, the
 * cluster has no secret with a client certificate.
 */
export async function openMutualTls(
  options: ScenarioOptions,
  secret: object | string | null = toSecret(clientCertificate),
): Promise<Scenario> {
  const world = await openScenario({ ...options, clientAuthority: authority });
  if (secret !== null) {
    const arn = await makeSecret(world, 'client-certificate', secret);
    await putParameters(world, { 'client-certificate-secret-arn': arn });
  }
  world.driver.attempts = 1;
  return world;
}
