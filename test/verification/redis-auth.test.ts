import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Address, authenticate } from '../../lambda/verification/redis-auth.ts';
import { makeCertificate } from '../sandbox/certificate.ts';
import { startDatabase } from '../sandbox/database/database.ts';
import { type Script, startScriptedDatabase } from '../sandbox/database/scripted-database.ts';
import { DATABASES } from '../support/databases.ts';

const WHO = { username: 'orders', password: 'a-password-to-prove' };
const NAME = 'redis.sandbox.test';

const says =
  (text: string): Script =>
  (client) =>
    client.write(text);

async function ask(script: Script): Promise<unknown> {
  const { port, close } = await startScriptedDatabase(script);
  try {
    return await authenticate({ cluster: 'sandbox', host: '127.0.0.1', port, tls: undefined }, WHO);
  } catch (error) {
    return error;
  } finally {
    await close();
  }
}

/** Sends every byte in a packet of its own. */
const inPieces =
  (text: string): Script =>
  async (client) => {
    client.setNoDelay();
    for (const character of text) {
      client.write(character);
      await setTimeout(1);
    }
  };

const VERDICTS: [sentence: string, script: Script, verdict: string][] = [
  ['a login whose WHOAMI is the user', says('+OK\r\n$6\r\norders\r\n'), 'accepted'],
  ['replies a byte a packet', inPieces('+OK\r\n$6\r\norders\r\n'), 'accepted'],
  ['a user who may not run ACL WHOAMI', says('+OK\r\n-NOPERM no permissions\r\n'), 'accepted'],
  [
    'a wrong password',
    says('-WRONGPASS invalid username-password pair\r\n-NOAUTH x\r\n'),
    'rejected',
  ],
  ['a wrong password, in pieces', inPieces('-WRONGPASS invalid\r\n'), 'rejected'],
  ['a wrong password, as older proxies say it', says('-ERR invalid password\r\n'), 'rejected'],
];

test.each(VERDICTS)('the proof understands %s', async (_sentence, script, verdict) => {
  expect(await ask(script)).toBe(verdict);
});

const FAILURES: [sentence: string, script: Script, code: string][] = [
  [
    'AUTH is answered as WHOAMI is',
    says('$6\r\norders\r\n$6\r\norders\r\n'),
    'database_reply_unexpected',
  ],
  ['another user answers', says('+OK\r\n$7\r\ndefault\r\n'), 'database_reply_unexpected'],
  ['the database is loading', says('-LOADING dataset in memory\r\n'), 'database_reply_unexpected'],
  ['a web server answers', says('HTTP/1.1 400 Bad Request\r\n\r\n'), 'database_reply_unexpected'],
  ['the reply has no end', says('+'.repeat(10_000)), 'database_reply_unexpected'],
  ['the bulk string is endless', says('+OK\r\n$99999999\r\n'), 'database_reply_unexpected'],
  ['the connection is closed', (client) => client.end(), 'database_unreachable'],
  ['it is closed in a reply', (client) => client.end('+O'), 'database_unreachable'],
  ['the connection is reset', (client) => client.resetAndDestroy(), 'database_unreachable'],
];

test.each(FAILURES)('the proof fails by name where %s', async (_sentence, script, code) => {
  const error = await ask(script);
  expect(error).toMatchObject({ code, message: expect.stringMatching(/; hint: ./) });
  expect(JSON.stringify(error)).not.toContain(WHO.password);
});

test('a database that is silent is given up after 5 seconds', async () => {
  const started = performance.now();
  const error = await ask(() => undefined);
  expect(error).toMatchObject({ code: 'database_unreachable', cause: { code: 'ETIMEDOUT' } });
  expect(performance.now() - started).toBeLessThan(6_000);
});

test('a port that nobody listens on is unreachable by name', async () => {
  const { port, close } = await startScriptedDatabase(() => undefined);
  await close();
  const address: Address = { cluster: 'sandbox', host: '127.0.0.1', port, tls: undefined };
  await expect(authenticate(address, WHO)).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining(`127.0.0.1:${port}`),
    cause: { code: 'ECONNREFUSED' },
  });
});

test.each(DATABASES)('over TLS, %s takes a password or not', async (kind) => {
  const certificate = await makeCertificate(NAME);
  const database = await startDatabase(kind, certificate);
  await database.setUser({ name: WHO.username, passwords: [WHO.password], acl: '+@all' });
  const tls = { serverName: `redis-1.${NAME}`, caCertificate: certificate.cert };
  const address = { cluster: 'sandbox', host: '127.0.0.1', port: database.port, tls };
  expect(await authenticate(address, WHO)).toBe('accepted');
  expect(await authenticate(address, { ...WHO, password: 'another' })).toBe('rejected');
  await database.setUser({ name: WHO.username, passwords: [WHO.password], acl: '+get -acl' });
  expect(await authenticate(address, WHO)).toBe('accepted');
  await database.close();
});

const TLS: [sentence: string, serverName: string, isOurs: boolean, says: string][] = [
  ['that nobody signed whom we trust', NAME, false, 'DEPTH_ZERO_SELF_SIGNED_CERT; hint: put the'],
  [
    'of another name',
    'redis.other.test',
    true,
    'ERR_TLS_CERT_ALTNAME_INVALID; hint: name the host',
  ],
];

test.each(
  TLS,
)('a certificate %s is refused with its remedy', async (_sentence, serverName, isOurs, says) => {
  const certificate = await makeCertificate(NAME);
  const trusted = isOurs ? certificate : await makeCertificate(NAME);
  const { port, close } = await startScriptedDatabase(() => undefined, certificate);
  const tls = { serverName, caCertificate: trusted.cert };
  await expect(
    authenticate({ cluster: 'sandbox', host: '127.0.0.1', port, tls }, WHO),
  ).rejects.toMatchObject({
    code: 'certificate_refused',
    message: expect.stringContaining(says),
  });
  await close();
});
