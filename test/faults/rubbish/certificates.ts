import fc from 'fast-check';
import { type Certificate, makeAuthority, makeCertificate } from '../../sandbox/certificate.ts';
import { CLUSTER_NAME } from '../../sandbox/names.ts';
import {
  placeApi,
  placeBundle,
  placeClientCertificate,
  placeDatabase,
} from './certificate-places.ts';
import { edited, editsOf, mangling } from './json.ts';
import { type Kind, remaining } from './kind.ts';
import type { Feed } from './run.ts';
import { spoilings } from './spoiled-pem.ts';

const DAY_MS = 86_400_000;

const OPERATIONS = ['createSecret', 'setSecret', 'reconcile', 'preflight', 'replaceAll'] as const;

/** Makes the certificates of servers. Only the last one is valid. */
async function makeShown(): Promise<Record<string, Certificate>> {
  const now = Date.now();
  const ago = (days: number) => new Date(now - days * DAY_MS);
  const ca = await makeAuthority('Unknown CA');
  return {
    expired: await makeCertificate(CLUSTER_NAME, { notBefore: ago(2), notAfter: ago(1) }),
    'not yet valid': await makeCertificate(CLUSTER_NAME, { notBefore: ago(-1) }),
    'of another name': await makeCertificate('other.test'),
    'of an unknown authority': await makeCertificate(CLUSTER_NAME, { ca }),
    'that is valid': await makeCertificate(CLUSTER_NAME),
  };
}

/** Certificates of servers, in parameters, and of the function as a client. */
export async function makeCertificates(): Promise<Kind> {
  const shown = await makeShown();
  const ours = await makeCertificate('rotation');
  const value = { certificate: ours.cert, privateKey: ours.key };
  const servers = fc
    .tuple(fc.constantFrom(...Object.entries(shown)), fc.boolean(), fc.boolean())
    .map(([[name, certificate], isTrusted, isApi]) => ({
      shown: `a certificate ${name} of the ${isApi ? 'API' : 'database'}, trusted: ${isTrusted}`,
      place: (isApi ? placeApi : placeDatabase)(certificate, isTrusted),
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
      // replaceAll verifies the password at the database after its PUT.
      mayFollowChange: operation === 'replaceAll',
      ...placed,
    }));
  return { name: 'certificates', options: { ssl: true }, feeds };
}
