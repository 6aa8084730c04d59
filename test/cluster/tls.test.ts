import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { TLS_SWITCH } from '../../lambda/names.ts';
import { type Certificate, makeAuthority, makeCertificate } from '../sandbox/certificate.ts';
import { startClusterApi } from '../sandbox/cluster/api.ts';
import { listen } from '../sandbox/listen.ts';
import { CLUSTER_NAME } from '../sandbox/names.ts';
import { putParameters, rotateSecret } from '../sandbox/setup.ts';
import { openScenario, type Scenario, stageToken } from '../support/scenario.ts';

const DAY_MS = 86_400_000;
const SUCCEEDED = { outcome: 'succeeded' };

type NodeOptions = { maxVersion?: 'TLSv1.1' | 'TLSv1.2'; host?: string };

/** Lets the cluster's API answer with another certificate, and rotates once. */
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

/** A bundle that trusts the sandbox's database beside what is given. */
const bundle = (world: Scenario, ...more: Certificate[]) =>
  [world.certificate, ...more].map(({ cert }) => cert).join('\n');

// A cluster's certificates for its API and for its databases sign themselves under one name.
test('of several self-signed certificates of one name each is its own anchor', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const shown = await makeCertificate(CLUSTER_NAME);
  const lastYear = await makeCertificate(CLUSTER_NAME);
  const trusted = { 'ca-certificate': bundle(world, lastYear, shown) };
  expect(await rotateWith(world, shown, trusted)).toEqual(SUCCEEDED);
});

test('a certificate of a private authority is trusted by the authority, in a bundle of several', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const [other, ca] = [await makeAuthority('Other CA'), await makeAuthority('Own CA')];
  const shown = await makeCertificate(CLUSTER_NAME, { ca });
  const trusted = { 'ca-certificate': bundle(world, other, ca) };
  expect(await rotateWith(world, shown, trusted)).toEqual(SUCCEEDED);
});

const past = (days: number) => new Date(Date.now() - days * DAY_MS);

type Refused = [
  name: string,
  shown: () => Promise<Certificate>,
  isTrusted: boolean,
  remedy: string,
];

const REFUSED: Refused[] = [
  [
    'has expired',
    () => makeCertificate(CLUSTER_NAME, { notBefore: past(9), notAfter: past(1) }),
    true,
    'CERT_HAS_EXPIRED; hint: renew the certificate',
  ],
  [
    'is not valid yet',
    () => makeCertificate(CLUSTER_NAME, { notBefore: past(-1), notAfter: past(-9) }),
    true,
    'CERT_NOT_YET_VALID; hint: check the clocks',
  ],
  [
    'has another name',
    () => makeCertificate('redis.other.test'),
    true,
    'ERR_TLS_CERT_ALTNAME_INVALID; hint: name the host',
  ],
  [
    'is of an unknown issuer',
    async () => makeCertificate(CLUSTER_NAME, { ca: await makeAuthority('Unknown CA') }),
    false,
    'hint: put the issuing CA',
  ],
];

test.each(
  REFUSED,
)('a certificate that %s is refused with its remedy, and no login is sent', async (_, make, isTrusted, remedy) => {
  await using world = await openScenario({ database: 'built-in' });
  const shown = await make();
  const trusted = { 'ca-certificate': isTrusted ? bundle(world, shown) : bundle(world) };
  expect(await rotateWith(world, shown, trusted)).toMatchObject({
    outcome: 'failed',
    error: { code: 'certificate_refused', message: expect.stringContaining(remedy) },
  });
  expect(world.api.calls).toEqual([]);
});

test('every connection verifies its certificate, even where the process turns verification off', async () => {
  await using world = await openScenario();
  await putParameters(world, { 'ca-certificate': (await makeCertificate(CLUSTER_NAME)).cert });
  const step = { Step: 'createSecret', ClientRequestToken: stageToken(world) };
  const events = [step, { Step: 'reconcile' }, { Step: 'preflight' }];
  const [started, ofApi, ofDatabase, report] = await runUnverified(
    world,
    events.map((event) => ({ ...event, SecretId: world.arn })),
  );
  expect(started).toMatchObject({ code: 'setting_invalid' });
  const untrusted = (where: string) => expect.stringMatching(`${where}.* is not trusted`);
  expect(ofApi).toMatchObject({ code: 'certificate_refused', message: untrusted('sandbox at') });
  expect(ofDatabase).toMatchObject({ code: 'certificate_refused', message: untrusted('database') });
  const { checks } = report as { checks: { check: string; status: string; detail: string }[] };
  const handshakes = checks.filter(({ check }) => check === 'tls');
  expect(handshakes).toHaveLength(2);
  for (const check of handshakes) {
    expect(check).toMatchObject({ status: 'fail', detail: untrusted('127') });
  }
  expect(world.api.calls).toEqual([]);
});

/** Runs events in a process where Node.js verifies no certificate; gives what came of each. */
async function runUnverified({ environment }: Scenario, events: object[]): Promise<unknown[]> {
  const env = { PATH: process.env.PATH, ...environment, [TLS_SWITCH]: '0' };
  const script = join(import.meta.dirname, 'unverified.ts');
  const stdio: ('ignore' | 'inherit' | 'ipc')[] = ['ignore', 'ignore', 'inherit', 'ipc'];
  const child = fork(script, [JSON.stringify(events)], { env, execArgv: [], stdio });
  const [outcomes] = await once(child, 'message');
  return outcomes as unknown[];
}

test('TLS 1.2 is spoken, and nothing older', async () => {
  await using world = await openScenario({ database: 'built-in' });
  const shown = world.certificate;
  expect(await rotateWith(world, shown, {}, { maxVersion: 'TLSv1.2' })).toEqual(SUCCEEDED);
  world.time.advance(301);
  expect(await rotateWith(world, shown, {}, { maxVersion: 'TLSv1.1' })).toMatchObject({
    error: { code: 'cluster_unreachable' },
  });
});

const hasIpv6 = await listen(createServer(), '::1').then(
  ({ close }) => close().then(() => true),
  () => false,
);

test.skipIf(!hasIpv6)('an endpoint may be an IPv6 address', async () => {
  await using world = await openScenario({ database: 'built-in' });
  expect(await rotateWith(world, world.certificate, {}, { host: '::1' })).toEqual(SUCCEEDED);
});
