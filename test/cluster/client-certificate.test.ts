import { expect, test } from 'vitest';
import { makeCertificate } from '../sandbox/certificate.ts';
import { rotateSecret } from '../sandbox/setup.ts';
import { reconcile } from '../support/scenario.ts';
import {
  authority,
  CLIENT_NAME,
  clientCertificate,
  openMutualTls,
  toSecret,
} from './client-authority.ts';

const DAY_MS = 86_400_000;
const VALID = toSecret(clientCertificate);

type Invalid = [name: string, secret: () => Promise<object | string>, text: string];

const INVALID: Invalid[] = [
  ['without a key', async () => ({ certificate: VALID.certificate }), 'privateKey is not a string'],
  [
    'without a certificate',
    async () => ({ privateKey: VALID.privateKey }),
    'certificate is not a string',
  ],
  ['without JSON', async () => 'PEM', 'privateKey is not a string'],
  [
    'with an empty certificate',
    async () => ({ ...VALID, certificate: '' }),
    'certificate has no PEM certificate',
  ],
  [
    'with text instead of a key',
    async () => ({ ...VALID, privateKey: 'none-at-all' }),
    'privateKey is not PEM with its line breaks and no other spaces, or has a passphrase',
  ],
  [
    'without line breaks, as the key/value editor of the console stores it',
    async () => ({ ...VALID, certificate: VALID.certificate.replaceAll('\n', ' ') }),
    'certificate is not PEM with its line breaks',
  ],
  [
    'that is indented',
    async () => ({ ...VALID, certificate: VALID.certificate.replaceAll('\n', '\n  ') }),
    'certificate is not PEM with its line breaks and no other spaces',
  ],
  [
    'that is not valid yet',
    async () => {
      const next = (days: number) => new Date(Date.UTC(2026, 0, 1) + days * DAY_MS);
      const dates = { notBefore: next(9), notAfter: next(19) };
      return toSecret(await makeCertificate(CLIENT_NAME, { ca: authority, ...dates }));
    },
    'certificate is valid from Jan 10',
  ],
  [
    'with the key of another certificate',
    async () => ({ ...VALID, privateKey: (await makeCertificate(CLIENT_NAME)).key }),
    'privateKey is not the key of certificate',
  ],
  [
    'with an expired certificate',
    async () => {
      const past = (days: number) => new Date(Date.UTC(2026, 0, 1) - days * DAY_MS);
      const dates = { notBefore: past(9), notAfter: past(1) };
      return toSecret(await makeCertificate(CLIENT_NAME, { ca: authority, ...dates }));
    },
    'certificate expired Dec 31',
  ],
];

test.each(
  INVALID,
)('createSecret sends no request with an invalid client certificate: %s', async (_, make, text) => {
  await using world = await openMutualTls({ database: 'built-in' }, await make());
  expect(await rotateSecret(world, world.arn)).toMatchObject({
    error: { code: 'client_certificate_invalid', message: expect.stringContaining(text) },
  });
  expect(world.api.calls).toEqual([]);
  expect(world.lines.join('')).not.toContain('PRIVATE KEY');
});

test('a client certificate may be joined to its CA without a line break', async () => {
  const certificate = `${VALID.certificate.trim()}${authority.cert.trim()}`;
  await using world = await openMutualTls({ database: 'built-in' }, { ...VALID, certificate });
  expect(await rotateSecret(world, world.arn)).toEqual({ outcome: 'succeeded' });
});

test('CertificateDaysLeft includes the client certificate', async () => {
  const notAfter = new Date(Date.UTC(2026, 0, 6));
  const short = await makeCertificate(CLIENT_NAME, {
    ca: authority,
    notBefore: new Date(0),
    notAfter,
  });
  await using world = await openMutualTls({ database: 'built-in' }, toSecret(short));
  await reconcile(world).catch(() => undefined);
  const { CertificateDaysLeft } = JSON.parse(world.lines.at(-1) ?? '');
  // The virtual clock starts on 1 January 2026.
  expect(CertificateDaysLeft).toBe(5);
});
