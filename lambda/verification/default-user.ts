import { randomBytes } from 'node:crypto';
import { RotationError } from '../errors.ts';
import { DEFAULT_USER } from '../secret/user.ts';
import { type AuthVerdict, assertReady, interpretLogin } from './redis-auth.ts';
import {
  type Address,
  formatDatabase,
  type Reply,
  redisErrorCode,
  sendCommands,
  UnexpectedReply,
} from './redis-connection.ts';

// A password of this length is in no list by chance.
const RANDOM_BYTES = 24;

/**
 * Logs in as the default user of a database, as clients with and without a username do: `AUTH
 * password`, `AUTH default password`, then `ACL WHOAMI`. First verifies that the database rejects
 * another password: a database without a password accepts any.
 * @throws `database_unprotected`, and what `sendCommands` throws.
 */
export async function authenticateDefault(
  address: Address,
  password: string,
): Promise<AuthVerdict> {
  await assertProtected(address);
  const commands = [
    ['AUTH', password],
    ['AUTH', DEFAULT_USER, password],
    ['ACL', 'WHOAMI'],
  ];
  const interpret = ([unnamed, ...named]: Reply[]): AuthVerdict => {
    const verdict = interpretLogin(unnamed?.type === '-' ? [unnamed] : named, DEFAULT_USER);
    if (verdict === 'accepted' || unnamed?.type === '-') return verdict;
    throw new UnexpectedReply('AUTH without a username with OK, and with it with an error');
  };
  return sendCommands(address, commands, interpret, { untilError: true });
}

/**
 * Verifies that a database lets no client in without a valid password.
 * @throws `database_unprotected`, and what `sendCommands` throws.
 */
export function assertProtected(address: Address): Promise<void> {
  const commands = [['PING'], ['AUTH', DEFAULT_USER, randomBytes(RANDOM_BYTES).toString('hex')]];
  return sendCommands(address, commands, ([ping, auth]) => {
    // NOPERM: the client is logged in, and may not run the command.
    if (ping?.type !== '-' || ping.text.startsWith('NOPERM')) {
      throw unprotected(address, 'answers a client that sends no password');
    }
    assertReady(ping);
    if (!ping.text.startsWith('NOAUTH')) {
      throw new UnexpectedReply(`PING with an error ${redisErrorCode(ping)}`);
    }
    if (auth?.type !== '-') throw unprotected(address, 'accepts any password');
  });
}

function unprotected(address: Address, how: string): RotationError {
  return new RotationError('database_unprotected', `${formatDatabase(address)} ${how}`);
}
