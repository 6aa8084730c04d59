import fc from 'fast-check';
import { CANARY, hostileText } from './json.ts';

// More than fits into Parameter Store, because no code may depend on that limit.
const BUNDLE_MAX_CERTIFICATES = 200;

/** Ways to spoil a PEM text. */
export const spoilings: fc.Arbitrary<(pem: string) => string> = fc.oneof(
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
