import { expect, test } from 'vitest';
import { authenticate } from '../../lambda/verification/redis-auth.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import { startDatabase } from '../sandbox/database/database.ts';
import { startScriptedDatabase } from '../sandbox/database/scripted-database.ts';
import { DATABASES } from '../support/databases.ts';

const LOGIN = { username: 'orders', password: 'a-password-to-verify' };
const NAME = 'redis.sandbox.test';
const SERVER = { cluster: 'sandbox', host: '127.0.0.1' };

test.each(DATABASES)('authenticate verifies a password on %s over TLS', async (kind) => {
  const certificate = await makeCertificate(NAME);
  const database = await startDatabase(kind, certificate);
  await database.setUser({ name: LOGIN.username, passwords: [LOGIN.password], acl: '+@all' });
  const tls = { serverName: `redis-1.${NAME}`, caCertificate: certificate.cert };
  const address = { ...SERVER, port: database.port, tls };
  expect(await authenticate(address, LOGIN)).toBe('accepted');
  expect(await authenticate(address, { ...LOGIN, password: 'another' })).toBe('rejected');
  await database.setUser({ name: LOGIN.username, passwords: [LOGIN.password], acl: '+get -acl' });
  expect(await authenticate(address, LOGIN)).toBe('accepted');
  await database.close();
});

const UNTRUSTED = [
  {
    name: 'that is not in the bundle',
    serverName: NAME,
    isTrusted: false,
    message: 'DEPTH_ZERO_SELF_SIGNED_CERT; hint: add the',
  },
  {
    name: 'for another name',
    serverName: 'redis.other.test',
    isTrusted: true,
    message: 'ERR_TLS_CERT_ALTNAME_INVALID; hint: name the host',
  },
];

test.each(UNTRUSTED)('authenticate does not trust a certificate $name', async ({
  serverName,
  isTrusted,
  message,
}) => {
  const certificate = await makeCertificate(NAME);
  const trusted = isTrusted ? certificate : await makeCertificate(NAME);
  const { port, close } = await startScriptedDatabase(() => undefined, certificate);
  const tls = { serverName, caCertificate: trusted.cert };
  await expect(authenticate({ ...SERVER, port, tls }, LOGIN)).rejects.toMatchObject({
    code: 'certificate_refused',
    message: expect.stringContaining(message),
  });
  await close();
});
