import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { codedError, RotationError } from '../errors.ts';
import { type Endpoint, formatEndpoint } from '../network/endpoint.ts';
import { type TlsMaterial, tlsOptions, toCertificateError } from '../network/trust.ts';

/** A database at one IP address. */
export type Address = Endpoint & {
  /** The name of the cluster. */
  cluster: string;
  /** Absent for plain TCP. */
  tls: TlsMaterial | undefined;
};

export type Credentials = { username: string; password: string };

export type AuthVerdict = 'accepted' | 'rejected';

// A reply takes milliseconds. A host that sends nothing must not use up the step.
const AUTH_TIMEOUT_MS = 5_000;

// The replies to AUTH and ACL WHOAMI have one line each; a username has at most 255 characters.
const REPLIES_MAX_BYTES = 4_096;

/**
 * Logs in as an application does: `AUTH name password`, then `ACL WHOAMI`.
 * @throws `certificate_refused`, `client_certificate_invalid`, `database_unreachable` or
 * `database_reply_unexpected`.
 * https://redis.io/docs/latest/commands/auth/
 */
export async function authenticate(address: Address, who: Credentials): Promise<AuthVerdict> {
  const where = formatDatabase(address);
  const socket = open(address);
  const timer = setTimeout(() => {
    socket.destroy(codedError('ETIMEDOUT'));
  }, AUTH_TIMEOUT_MS);
  try {
    socket.write(encode('AUTH', who.username, who.password));
    socket.write(encode('ACL', 'WHOAMI'));
    return interpretReplies(await readReplies(socket), who.username);
  } catch (error) {
    if (error instanceof BusyReply) throw busy(where, error);
    if (error instanceof UnexpectedReply) throw unexpected(where, error);
    throw toCertificateError(where, error) ?? unreachable(where, error);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function open({ host, port, tls }: Address): Socket {
  return tls ? connectTls({ host, port, ...tlsOptions(tls) }) : connectTcp({ host, port });
}

/** Reads the replies to AUTH and ACL WHOAMI, or only the error reply to AUTH. */
async function readReplies(socket: Socket): Promise<Reply[]> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk]);
    if (received.length > REPLIES_MAX_BYTES) throw new UnexpectedReply('too many bytes');
    const replies = decode(received);
    if (replies[0]?.type === '-' || replies.length === 2) return replies;
  }
  throw codedError('ECONNRESET');
}

function interpretReplies([auth, whoami]: Reply[], username: string): AuthVerdict {
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
function assertReady(reply: Reply): void {
  if (FULL.test(reply.text)) throw new BusyReply('has no free connection');
  if (BUSY.test(reply.text)) throw new BusyReply(`is not ready: ${redisErrorCode(reply)}`);
}

/** The reply of a database that accepts logins later. */
class BusyReply extends Error {}

/** An unexpected reply. The message does not quote it. */
class UnexpectedReply extends Error {}

type Reply = { type: '+' | '-' | '$'; text: string };

/** Decodes the complete replies in RESP. */
function decode(data: Buffer): Reply[] {
  const replies: Reply[] = [];
  let at = 0;
  for (let end = data.indexOf('\r\n'); end !== -1; end = data.indexOf('\r\n', at)) {
    const type = data.toString('latin1', at, at + 1);
    const line = data.toString('utf8', at + 1, end);
    at = end + 2;
    if (type === '+' || type === '-') {
      replies.push({ type, text: line });
    } else if (type === '$' && /^\d{1,4}$/.test(line)) {
      const stop = at + Number(line);
      if (data.length < stop + 2) break;
      replies.push({ type, text: data.toString('utf8', at, stop) });
      at = stop + 2;
    } else {
      throw new UnexpectedReply('something that is not RESP');
    }
  }
  return replies;
}

/** Encodes a command in RESP, as an array of bulk strings. */
function encode(...parts: string[]): string {
  const bulks = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
  return `*${parts.length}\r\n${bulks.join('')}`;
}

// Without the rest of the line, which may quote the request.
function redisErrorCode({ text }: Reply): string {
  return /^[A-Z]{1,20}(?= |$)/.exec(text)?.[0] ?? 'without a code';
}

/** Formats a database for messages. */
export function formatDatabase(address: Pick<Address, 'cluster' | 'host' | 'port'>): string {
  return `cluster ${address.cluster}'s database ${formatEndpoint(address)}`;
}

function unexpected(where: string, { message }: UnexpectedReply): RotationError {
  return new RotationError('database_reply_unexpected', `${where} answered ${message}`);
}

function busy(where: string, { message }: BusyReply): RotationError {
  const hint = 'check the state and the connection limit of the database, then retry';
  return new RotationError('database_unreachable', `${where} ${message}`, { hint });
}

function unreachable(where: string, cause: unknown): RotationError {
  return new RotationError('database_unreachable', `no reply from ${where}`, { cause });
}
