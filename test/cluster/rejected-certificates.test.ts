import { expect, test } from 'vitest';
import { type Certificate, makeAuthority, makeCertificate } from '../sandbox/certificate.ts';
import { startClusterApi } from '../sandbox/cluster/api.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { putParameters } from '../sandbox/setup.ts';
import { runPreflight } from '../support/run-preflight.ts';
import { callStep, openScenario, stageToken } from '../support/scenario.ts';
import { CONSTRAINED_CA, OUTSIDE } from './name-constraints.ts';

// A server of the sandbox may show what OpenSSL's usual security level does not permit.
const WEAK = { ciphers: 'DEFAULT@SECLEVEL=0' };

type Rejected = {
  name: string;
  make: () => Promise<[Certificate, string]>;
  reason: string;
  hint?: RegExp;
};

// The bundle trusts each of these; OpenSSL 3.5 rejects them all the same.
const REJECTED: Rejected[] = [
  {
    name: 'an RSA key of 1024 bits',
    make: async () => {
      const certificate = await makeCertificate(CLUSTER_NAME, { rsaBits: 1_024 });
      return [certificate, certificate.cert];
    },
    reason: 'its key is too weak',
  },
  {
    name: 'a signature by SHA-1',
    make: async () => {
      const ca = await makeAuthority('Old CA');
      return [await makeCertificate(CLUSTER_NAME, { ca, algorithm: 'sha1' }), ca.cert];
    },
    reason: 'its signature algorithm is too weak',
  },
  {
    name: "a name outside the CA's name constraints",
    make: async () => [OUTSIDE, CONSTRAINED_CA],
    reason: 'the name constraints of its CA do not permit the name',
  },
  {
    name: 'a certificate for TLS clients only',
    make: async () => {
      const ca = await makeAuthority('Any CA');
      const certificate = await makeCertificate(CLUSTER_NAME, { ca, clientOnly: true });
      return [certificate, `${ca.cert}${certificate.cert}`];
    },
    reason: 'INVALID_PURPOSE',
    hint: /serverAuth/,
  },
];

test.each(REJECTED)('the function names the reason why OpenSSL rejects $name', async ({
  make,
  reason,
  hint = /./,
}) => {
  await using world = await openScenario();
  const [certificate, trusted] = await make();
  const node = await startClusterApi(world.cluster, certificate, WEAK);
  await putParameters(world, {
    'api-endpoints': `https://127.0.0.1:${node.port}`,
    'ca-certificate': `${world.certificate.cert}\n${trusted}`,
    'database-hosts': '127.0.0.1',
  });
  const before = world.time.now();
  await expect(callStep(world, 'createSecret', stageToken(world))).rejects.toMatchObject({
    code: 'certificate_refused',
    what: expect.stringContaining(reason),
    hint: expect.stringMatching(hint),
  });
  expect(world.time.now(), 'a retry does not help').toBe(before);
  const { checks } = await runPreflight(world);
  const tls = checks.find(({ check, status }) => check === 'tls' && status === 'fail');
  expect(tls?.detail).toContain(reason);
  await node.close();
});

test('the hint names the ciphers if the server shares none and no client certificate is set', async () => {
  await using world = await openScenario();
  // These ciphers need a certificate with an RSA key.
  const old = { ciphers: 'AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
  const node = await startClusterApi(world.cluster, world.certificate, old);
  await putParameters(world, { 'api-endpoints': `https://127.0.0.1:${node.port}` });
  await expect(callStep(world, 'createSecret', stageToken(world))).rejects.toMatchObject({
    code: 'client_certificate_invalid',
    hint: expect.stringMatching(/if the server requires.*RSA 2048.*ciphers of TLS 1.2/),
  });
  await node.close();
});
