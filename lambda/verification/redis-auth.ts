import {
  type Address,
  BusyReply,
  type Reply,
  redisErrorCode,
  sendCommands,
  UnexpectedReply,
} from './redis-connection.ts';

export type Credentials = { username: string; password: string };

export type AuthVerdict = 'accepted' | 'rejected';

/**
 * Logs in as an application does: `AUTH name password`, then `ACL WHOAMI`.
 * @throws what `sendCommands` throws.
 * https://redis.io/docs/latest/commands/auth/
 */
export function authenticate(
  address: Address,
  { username, password }: Credentials,
): Promise<AuthVerdict> {
  const commands = [
    ['AUTH', username, password],
    ['ACL', 'WHOAMI'],
  ];
  return sendCommands(address, commands, (replies) => interpretLogin(replies, username), {
    untilError: true,
  });
}

/** Returns the verdict of the replies to AUTH and ACL WHOAMI, or of an error reply to AUTH. */
export function interpretLogin([auth, whoami]: Reply[], username: string): AuthVerdict {
  if (auth?.type === '-') {
    if (/^(WRONGPASS|NOAUTH|ERR invalid (password|username))/.test(auth.text)) return 'rejected';
    assertReady(auth);
    throw new UnexpectedReply(`AUTH with an error ${redisErrorCode(auth)}`);
  }
  if (auth?.type !== '+') throw new UnexpectedReply('AUTH with something that is not OK');
  if (whoami?.type === '-') {
    // The login was accepted: only the command is denied.
    if (/^NOPERM/.test(whoami.text)) return 'accepted';
    assertReady(whoami);
    throw new UnexpectedReply(`ACL WHOAMI with an error ${redisErrorCode(whoami)}`);
  }
  // A database may accept any password and log in its default user, which is `nopass`.
  if (whoami?.text === username) return 'accepted';
  throw new UnexpectedReply('ACL WHOAMI with another user');
}

// Errors of a database that is starting, failing over or overloaded: it accepts logins later.
const BUSY = /^(LOADING|MASTERDOWN|BUSY|CLUSTERDOWN|READONLY|TRYAGAIN|NOREPLICAS)( |$)/;
const FULL = /^ERR max number of (clients|connections)/;

/** Throws if an error reply says that the database accepts logins later. */
export function assertReady(reply: Reply): void {
  if (FULL.test(reply.text)) throw new BusyReply('has no free connection');
  if (BUSY.test(reply.text)) throw new BusyReply(`is not ready: ${redisErrorCode(reply)}`);
}
