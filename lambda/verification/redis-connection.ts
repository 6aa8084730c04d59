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

/** A reply in RESP: a status, an error, or a bulk string. */
export type Reply = { type: '+' | '-' | '$'; text: string };

// Connection, handshake and replies take milliseconds. A host that sends nothing must not use up
// the step.
const REPLIES_TIMEOUT_MS = 5_000;

// The replies to a few commands have one line each; a username has at most 255 characters.
const REPLIES_MAX_BYTES = 4_096;

/**
 * Sends commands over one connection, and returns what `interpret` makes of the replies: one for
 * each command, or only the first if it is an error and `untilError` is set.
 * @throws `certificate_refused`, `client_certificate_invalid`, `database_unreachable` or
 * `database_reply_unexpected`.
 */
export async function sendCommands<T>(
  address: Address,
  commands: string[][],
  interpret: (replies: Reply[]) => T,
  { untilError = false } = {},
): Promise<T> {
  const where = formatDatabase(address);
  const socket = open(address);
  const timer = setTimeout(() => {
    socket.destroy(codedError('ETIMEDOUT'));
  }, REPLIES_TIMEOUT_MS);
  try {
    for (const command of commands) socket.write(encode(command));
    const isComplete = (replies: Reply[]) =>
      replies.length === commands.length || (untilError && replies[0]?.type === '-');
    return interpret(await readReplies(socket, isComplete));
  } catch (error) {
    if (error instanceof BusyReply) throw busy(where, error);
    if (error instanceof UnexpectedReply) throw unexpected(where, error);
    if (error instanceof RotationError) throw error;
    throw toCertificateError(where, error) ?? unreachable(where, error);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function open({ host, port, tls }: Address): Socket {
  return tls ? connectTls({ host, port, ...tlsOptions(tls) }) : connectTcp({ host, port });
}

async function readReplies(
  socket: Socket,
  isComplete: (replies: Reply[]) => boolean,
): Promise<Reply[]> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk]);
    if (received.length > REPLIES_MAX_BYTES)
      throw new UnexpectedReply('more bytes than a reply has');
    const replies = decode(received);
    if (isComplete(replies)) return replies;
  }
  throw codedError('ECONNRESET');
}

/** The reply of a database that accepts logins later. */
export class BusyReply extends Error {}

/** An unexpected reply. The message does not quote it. */
export class UnexpectedReply extends Error {}

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
function encode(parts: string[]): string {
  const bulks = parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
  return `*${parts.length}\r\n${bulks.join('')}`;
}

/** Returns the code of an error, without the rest of the line, which may quote the request. */
export function redisErrorCode({ text }: Reply): string {
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
