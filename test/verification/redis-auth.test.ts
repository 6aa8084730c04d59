import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { authenticate } from '../../lambda/verification/redis-auth.ts';
import type { Address } from '../../lambda/verification/redis-connection.ts';
import { type Script, startScriptedDatabase } from '../sandbox/database/scripted-database.ts';

const LOGIN = { username: 'orders', password: 'a-password-to-verify' };

afterEach(() => {
  vi.useRealTimers();
});

const plainAddress = (port: number): Address => ({
  cluster: 'sandbox',
  host: '127.0.0.1',
  port,
  tls: undefined,
});

const reply =
  (text: string): Script =>
  (client) =>
    client.write(text);

async function authenticateWith(script: Script): Promise<unknown> {
  const { port, close } = await startScriptedDatabase(script);
  try {
    return await authenticate(plainAddress(port), LOGIN);
  } catch (error) {
    return error;
  } finally {
    await close();
  }
}

/** Sends every byte in a separate packet. */
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
  ['the username from WHOAMI', reply('+OK\r\n$6\r\norders\r\n'), 'accepted'],
  ['replies of one byte a packet', inPieces('+OK\r\n$6\r\norders\r\n'), 'accepted'],
  [
    'a user without permission for ACL WHOAMI',
    reply('+OK\r\n-NOPERM no permissions\r\n'),
    'accepted',
  ],
  [
    'a rejected password',
    reply('-WRONGPASS invalid username-password pair\r\n-NOAUTH x\r\n'),
    'rejected',
  ],
  ['a rejection of one byte a packet', inPieces('-WRONGPASS invalid\r\n'), 'rejected'],
  ['the rejection of an older proxy', reply('-ERR invalid password\r\n'), 'rejected'],
];

test.each(VERDICTS)('authenticate interprets %s', async (_sentence, script, verdict) => {
  expect(await authenticateWith(script)).toBe(verdict);
});

const FAILURES: [sentence: string, script: Script, code: string][] = [
  [
    'a reply to WHOAMI for AUTH',
    reply('$6\r\norders\r\n$6\r\norders\r\n'),
    'database_reply_unexpected',
  ],
  ['the username of another user', reply('+OK\r\n$7\r\ndefault\r\n'), 'database_reply_unexpected'],
  ['a loading database', reply('-LOADING dataset in memory\r\n'), 'database_unreachable'],
  ['a full database', reply('-ERR max number of clients reached\r\n'), 'database_unreachable'],
  ['a failover', reply('-MASTERDOWN Link with MASTER is down\r\n'), 'database_unreachable'],
  ['a busy database', reply('-BUSY Redis is busy\r\n'), 'database_unreachable'],
  ['a cluster that is down', reply('-CLUSTERDOWN down\r\n'), 'database_unreachable'],
  ['a read-only replica', reply('-READONLY replica\r\n'), 'database_unreachable'],
  ['a database that is busy after AUTH', reply('+OK\r\n-BUSY script\r\n'), 'database_unreachable'],
  ['a failover after AUTH', reply('+OK\r\n-MASTERDOWN down\r\n'), 'database_unreachable'],
  [
    'no free connection after AUTH',
    reply('+OK\r\n-ERR max number of clients reached\r\n'),
    'database_unreachable',
  ],
  [
    'a reply of a web server',
    reply('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'database_reply_unexpected',
  ],
  ['a reply without an end', reply('+'.repeat(10_000)), 'database_reply_unexpected'],
  ['a bulk string over the limit', reply('+OK\r\n$99999999\r\n'), 'database_reply_unexpected'],
  ['a closed connection', (client) => client.end(), 'database_unreachable'],
  ['a connection that closes within a reply', (client) => client.end('+O'), 'database_unreachable'],
  ['a reset connection', (client) => client.resetAndDestroy(), 'database_unreachable'],
];

test.each(
  FAILURES,
)('authenticate throws an error with a hint after %s', async (_sentence, script, code) => {
  const error = await authenticateWith(script);
  expect(error).toMatchObject({ code, message: expect.stringMatching(/; hint: ./) });
  expect(JSON.stringify(error)).not.toContain(LOGIN.password);
});

test('authenticate times out after 5 seconds if the database does not reply', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const error = await authenticateWith(() => vi.advanceTimersByTime(5_000));
  expect(error).toMatchObject({ code: 'database_unreachable', cause: { code: 'ETIMEDOUT' } });
});

test('authenticate names the address if no server listens on the port', async () => {
  const { port, close } = await startScriptedDatabase(() => undefined);
  await close();
  await expect(authenticate(plainAddress(port), LOGIN)).rejects.toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining(`127.0.0.1:${port}`),
    cause: { code: 'ECONNREFUSED' },
  });
});
