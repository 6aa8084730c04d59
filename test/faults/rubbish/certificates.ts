import { createServer as createHttps } from 'node:https';
import { createServer as createTls } from 'node:tls';
import fc from 'fast-check';
import { type Certificate, makeAuthority, makeCertificate } from '../../sandbox/certificate.ts';
import { listen } from '../../sandbox/listen.ts';
import { CLUSTER_NAME } from '../../sandbox/names.ts';
import { makeSecret } from '../../sandbox/setup.ts';
import type { Ground } from './ground.ts';
import { CANARY, edited, editsOf, hostileText, mangling } from './json.ts';
import { type Kind, remaining } from './kind.ts';
import { setParameter, withParameters } from './parameters.ts';
import type { Feed } from './run.ts';

const DAY_MS = 86_400_000;
// Past what Parameter Store holds: nothing of it may depend on that limit.
const BUNDLE_MAX_CERTIFICATES = 200;

const OPERATIONS = ['createSecret', 'setSecret', 'reconcile', 'preflight', 'replaceAll'] as const;

/** Certificates that a server may show, all but the last of them not to be trusted. */
async function makeShown(): Promise<Record<string, Certificate>> {
  const now = Date.now();
  const ago = (days: number) => new Date(now - days * DAY_MS);
  const ca = await makeAuthority('Somebody');
  return {
    expired: await makeCertificate(CLUSTER_NAME, { notBefore: ago(2), notAfter: ago(1) }),
    'not yet valid': await makeCertificate(CLUSTER_NAME, { notBefore: ago(-1) }),
    'of another name': await makeCertificate('elsewhere.test'),
    'of an unknown authority': await makeCertificate(CLUSTER_NAME, { ca }),
    'as it should be': await makeCertificate(CLUSTER_NAME),
  };
}

/** What is made of a PEM text. */
const spoilings: fc.Arbitrary<(pem: string) => string> = fc.oneof(
  fc.nat(1_000).map((at) => (pem: string) => pem.slice(0, at)),
  fc.nat(1_000).map((at) => (pem: string) => `${pem.slice(0, at)}A${pem.slice(at + 1)}`),
  fc.nat(1_000).map((at) => (pem: string) => `${pem.slice(0, at)}\u0000${pem.slice(at)}`),
  hostileText.map((text) => (pem: string) => `${pem}\n${text}`),
  hostileText.map((text) => (pem: string) => `${pem}-----BEGIN CERTIFICATE-----\n${text}`),
  hostileText.map((text) => () => begun(text)),
  hostileText.map(
    (text) => (pem: string) => `${pem}\n${begun(Buffer.from(text).toString('base64'))}`,
  ),
  fc.nat(BUNDLE_MAX_CERTIFICATES).map((count) => (pem: string) => pem.repeat(count)),
  fc.constantFrom(
    (pem: string) => pem.replaceAll('\n', '\r\n'),
    (pem: string) => pem.replaceAll('\n', ''),
    (pem: string) => pem.replaceAll('\n', '\n\n'),
    (pem: string) => pem.replaceAll('CERTIFICATE', 'X509 CRL'),
    (pem: string) => pem.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'),
    (pem: string) => pem.toLowerCase(),
    (pem: string) => Buffer.from(pem.replace(/-----[^-]*-----/g, ''), 'base64').toString('latin1'),
    () => CANARY,
  ),
);

const begun = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;

type Place = Feed['place'];

/** An API and a database of which one shows another certificate, trusted by itself or not. */
const placeServer =
  (certificate: Certificate, isTrusted: boolean): Place =>
  async ({ world }) => {
    const api = await listen(createHttps(certificate, (_request, response) => response.end('{}')));
    const trusted = isTrusted ? certificate : world.certificate;
    const placed = new AsyncDisposableStack();
    placed.defer(api.close);
    placed.use(
      withParameters(world, (parameters) =>
        [
          setParameter('api-endpoints', `https://127.0.0.1:${api.port}`),
          setParameter('ca-certificate', `${trusted.cert}\n${world.certificate.cert}`),
        ].reduce((list, change) => change(list), parameters),
      ),
    );
    return placed;
  };

/** The database shows another certificate. */
const placeDatabase =
  (certificate: Certificate, isTrusted: boolean): Place =>
  async (ground) => {
    const { world } = ground;
    const { port, close } = await listen(
      createTls(certificate, (client) => client.on('error', () => undefined)).on(
        'tlsClientError',
        () => undefined,
      ),
    );
    const placed = new AsyncDisposableStack();
    placed.defer(close);
    const value = JSON.stringify({ ...ground.value(), port });
    world.store.write(world.arn, ({ versions }) => {
      const current = [...versions.values()].find(({ stages }) => stages.includes('AWSCURRENT'));
      if (current !== undefined) current.value = { SecretString: value };
    });
    const trusted = isTrusted ? certificate : world.certificate;
    placed.use(
      withParameters(
        world,
        setParameter('ca-certificate', `${trusted.cert}\n${world.certificate.cert}`),
      ),
    );
    return placed;
  };

const placeBundle =
  (spoil: (pem: string) => string): Place =>
  async ({ world }) =>
    withParameters(world, setParameter('ca-certificate', spoil(world.certificate.cert)));

/** The secret of the client certificate, which the parameters name. */
const placeClientCertificate =
  (textOf: () => string): Place =>
  async ({ world }) => {
    const arn = await clientSecretOf(world);
    const { store } = world;
    store.write(arn, ({ versions }) => {
      for (const version of versions.values()) version.value = { SecretString: textOf() };
    });
    return withParameters(world, setParameter('client-certificate-secret-arn', arn));
  };

async function clientSecretOf(world: Ground['world']): Promise<string> {
  const name = 'client-certificate';
  return world.store.exists(name) ? world.store.latest(name).arn : makeSecret(world, name, {});
}

/** Certificates that servers show, that parameters hold, and that we are to show. */
export async function makeCertificates(): Promise<Kind> {
  const shown = await makeShown();
  const ours = await makeCertificate('rotation');
  const value = { certificate: ours.cert, privateKey: ours.key };
  const servers = fc
    .tuple(fc.constantFrom(...Object.entries(shown)), fc.boolean(), fc.boolean())
    .map(([[name, certificate], isTrusted, isApi]) => ({
      shown: `a certificate ${name} of the ${isApi ? 'API' : 'database'}, trusted: ${isTrusted}`,
      place: (isApi ? placeServer : placeDatabase)(certificate, isTrusted),
    }));
  const bundles = spoilings.map((spoil) => ({
    shown: `a bundle: ${spoil('(PEM)')}`,
    place: placeBundle(spoil),
  }));
  const clients = fc
    .tuple(spoilings, spoilings, fc.nat(3), editsOf(['certificate', 'privateKey']), mangling)
    .map(([cert, key, which, edits, mangle]) => {
      const spoilt = {
        certificate: which % 2 === 0 ? cert(ours.cert) : ours.cert,
        privateKey: which > 1 ? key(ours.key) : ours.key,
      };
      const text = () => mangle(edited(which === 3 ? value : spoilt, which === 3 ? edits : []));
      return { shown: `a client certificate: ${text()}`, place: placeClientCertificate(text) };
    });
  const feeds: fc.Arbitrary<Feed> = fc
    .record({
      operation: fc.constantFrom(...OPERATIONS),
      placed: fc.oneof(servers, bundles, clients),
      remainingMs: remaining,
    })
    .map(({ operation, placed, remainingMs }) => ({
      operation,
      remainingMs,
      // A database is asked for its proof after the PUT.
      mayFollowChange: operation === 'replaceAll',
      ...placed,
    }));
  return { name: 'certificates', options: { ssl: true }, feeds };
}
