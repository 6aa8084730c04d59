import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { type Certificate, makeAuthority, makeCertificate } from '../sandbox/certificate.ts';
import { startClusterApi } from '../sandbox/cluster/api.ts';
import { listen } from '../sandbox/listen.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import { openScenario, type Scenario } from '../support/scenario.ts';
import { expireParameters } from './expire-parameters.ts';

const DAY_MS = 86_400_000;
const SUCCEEDED = { outcome: 'succeeded' };

type NodeOptions = { maxVersion?: 'TLSv1.1' | 'TLSv1.2'; host?: string; ciphers?: string };

/** Rotates once with a node of the cluster that shows another certificate. */
async function rotateWith(
  world: Scenario,
  shown: Certificate,
  parameters: Record<string, string>,
  options: NodeOptions = {},
) {
  const node = await startClusterApi(world.cluster, shown, options);
  const host = options.host === undefined ? '127.0.0.1' : `[${options.host}]`;
  const origin = `https://${host}:${node.port}`;
  const hosts = { 'database-hosts': '127.0.0.1' };
  await putParameters(world, { 'api-endpoints': origin, ...hosts, ...parameters });
  world.driver.attempts = 1;
  try {
    return await rotateSecret(world, world.arn);
  } finally {
    await node.close();
  }
}

/** Returns a bundle with the certificate of the database and other certificates. */
const bundle = (world: Scenario, ...more: Certificate[]) =>
  [world.certificate, ...more].map(({ cert }) => cert).join('\n');

// The self-signed certificates of a cluster's API and of its databases have the same name.
test('the function trusts every self-signed certificate in a bundle of the same name', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const shown = await makeCertificate(CLUSTER_NAME);
  const lastYear = await makeCertificate(CLUSTER_NAME);
  const trusted = { 'ca-certificate': bundle(world, lastYear, shown) };
  expect(await rotateWith(world, shown, trusted)).toEqual(SUCCEEDED);
});

test('the function trusts a certificate of each private CA in a bundle', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const [other, ca] = [await makeAuthority('Other CA'), await makeAuthority('Own CA')];
  const shown = await makeCertificate(CLUSTER_NAME, { ca });
  const trusted = { 'ca-certificate': bundle(world, other, ca) };
  expect(await rotateWith(world, shown, trusted)).toEqual(SUCCEEDED);
});

const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

type Invalid = { name: string; make: () => Promise<Certificate>; isTrusted: boolean; hint: string };

const INVALID: Invalid[] = [
  {
    name: 'expired',
    make: () => makeCertificate(CLUSTER_NAME, { notBefore: daysAgo(9), notAfter: daysAgo(1) }),
    isTrusted: true,
    hint: 'CERT_HAS_EXPIRED; hint: renew the certificate',
  },
  {
    name: 'not valid yet',
    make: () => makeCertificate(CLUSTER_NAME, { notBefore: daysAgo(-1), notAfter: daysAgo(-9) }),
    isTrusted: true,
    hint: 'CERT_NOT_YET_VALID; hint: check the clocks',
  },
  {
    name: 'issued to another name',
    make: () => makeCertificate('redis.other.test'),
    isTrusted: true,
    hint: 'ERR_TLS_CERT_ALTNAME_INVALID; hint: name the host',
  },
  {
    name: 'issued by an unknown CA',
    make: async () => makeCertificate(CLUSTER_NAME, { ca: await makeAuthority('Unknown CA') }),
    isTrusted: false,
    hint: 'hint: add the issuing CA',
  },
];

test.each(INVALID)('the function sends no login to a server whose certificate is $name', async ({
  make,
  isTrusted,
  hint,
}) => {
  await using world = await openScenario({ database: 'built-in' });
  const shown = await make();
  const trusted = { 'ca-certificate': isTrusted ? bundle(world, shown) : bundle(world) };
  expect(await rotateWith(world, shown, trusted)).toMatchObject({
    outcome: 'failed',
    error: { code: 'certificate_refused', message: expect.stringContaining(hint) },
  });
  expect(world.api.calls).toEqual([]);
});

test('the function uses TLS 1.2 and no earlier version', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const shown = world.certificate;
  expect(await rotateWith(world, shown, {}, { maxVersion: 'TLSv1.2' })).toEqual(SUCCEEDED);
  expireParameters(world);
  expect(await rotateWith(world, shown, {}, { maxVersion: 'TLSv1.1' })).toMatchObject({
    error: { code: 'cluster_unreachable' },
  });
});

const hasIpv6 = await listen(createServer(), '::1').then(
  ({ close }) => close().then(() => true),
  () => false,
);

test.skipIf(!hasIpv6)('the function connects to an endpoint with an IPv6 address', async () => {
  await using world = await openScenario({ database: 'built-in' });
  expect(await rotateWith(world, world.certificate, {}, { host: '::1' })).toEqual(SUCCEEDED);
});
