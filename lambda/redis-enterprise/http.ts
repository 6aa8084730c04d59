import type { Dispatcher } from 'undici';
import { RotationError } from '../errors.ts';
import { fieldsOf, parseJson } from '../json.ts';
import { lookupHost } from '../network/resolve.ts';
import { tlsOptions, toCertificateError } from '../network/trust.ts';
import { loginRejected } from './api-error.ts';
import type { ApiLogin, ApiReply, ApiRequest, RejectionReply, Session } from './types.ts';

// A cluster in the region connects in milliseconds; TCP resends a lost packet after 1 s.
const CONNECT_TIMEOUT_MS = 5_000;
// A change of users goes through the cluster's configuration store, which may elect a leader. The
// limit covers the whole reply: a body that arrives slowly must not outlast the step.
const REQUEST_TIMEOUT_MS = 15_000;
// A hundred nodes take a few hundred thousand bytes; 32,000 users, the maximum, take 10 million. A
// database takes a few hundred bytes, more with many endpoints.
const REPLY_MAX_BYTES = 65_536;
const READ_MAX_BYTES = 2 ** 20;
const LIST_MAX_BYTES = 16 * READ_MAX_BYTES;

/** The connection did not open: the cluster cannot have run the request. */
export class NotSentError extends Error {}

/** Sends one request to one endpoint. @throws `NotSentError`, which has the cause. */
export async function sendRequest(
  session: Session,
  origin: string,
  { method, path, body }: ApiRequest,
): Promise<ApiReply> {
  const { target, login } = session;
  checkNotRejected(session);
  const { Client } = await import('undici');
  const time = requireTime(session);
  const client = new Client(origin, {
    allowH2: false,
    connect: { timeout: CONNECT_TIMEOUT_MS, ...tlsOptions(target), lookup: lookupHost },
    maxResponseSize: maxReplyBytes(method, path),
  });
  let isConnected = false;
  client.once('connect', () => {
    isConnected = true;
  });
  try {
    const reply = await client.request({
      method,
      path,
      headers: { ...authorization(login), 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(time),
      // Idle connections were seen to overload the API's proxy.
      reset: true,
    });
    const { statusCode: status } = reply;
    // Before the body, which may not arrive.
    noteRejection(session, method, { request: `${method} ${path}`, status });
    const read = toApiReply(path, reply, parseJson(await reply.body.text()));
    const { errorCode } = read;
    noteRejection(session, method, { request: `${method} ${path}`, status, errorCode });
    return read;
  } catch (error) {
    const untrusted = toCertificateError(`cluster ${target.name} at ${origin}`, error);
    if (untrusted !== undefined || isConnected) throw untrusted ?? error;
    throw new NotSentError('not sent', { cause: error });
  } finally {
    await client.destroy();
  }
}

const keyOf = ({ target, login }: Session) => `${target.name} ${login.name}`;

/** Five rejected logins in 15 minutes lock an account: stop after one in each invocation. */
function checkNotRejected(session: Session): void {
  const reply = session.rejectedLogins.get(keyOf(session));
  if (reply === undefined) return;
  throw loginRejected(session, reply, 'earlier in this invocation');
}

/** Notes a reply that rejects the login. */
function noteRejection(
  session: Session,
  method: ApiRequest['method'],
  reply: RejectionReply,
): void {
  const isRejected = reply.status === 401;
  if (isRejected) session.rejectedLogins.set(keyOf(session), reply);
  const isExpired = reply.errorCode === 'password_expired' && method !== 'GET';
  // A PUT may reject a name that other requests accept.
  const isOfEveryRequest = method !== 'PUT' || session.login.name.includes('@');
  if (isExpired || (isRejected && isOfEveryRequest)) session.onRejected?.(reply);
}

function maxReplyBytes(method: ApiRequest['method'], path: string): number {
  if (method !== 'GET') return REPLY_MAX_BYTES;
  const isList = path === '/v1/users' || path.startsWith('/v1/bdbs?');
  return isList ? LIST_MAX_BYTES : READ_MAX_BYTES;
}

function toApiReply(
  path: string,
  { statusCode: status, headers }: Dispatcher.ResponseData,
  json: unknown,
): ApiReply {
  const fields = fieldsOf(json) ?? {};
  const location = typeof headers.location === 'string' ? headers.location : undefined;
  const errorCode = parseErrorCode(fields.error_code);
  return { status, errorCode, fields, list: listOf(path, json), location };
}

/** Returns a list; of users only the fields that are read, because there may be 32,000 users. */
function listOf(path: string, json: unknown): unknown[] {
  const list = Array.isArray(json) ? json : [];
  if (path !== '/v1/users') return list;
  return list.map((user) => {
    const { name, email, auth_method, role, status } = Object(user);
    return { name, email, auth_method, role, status };
  });
}

/** Returns the time that a request may take, in milliseconds. @throws `deadline_exceeded` */
function requireTime({ target, timeLeft }: Session): number {
  const left = Math.floor(Math.min(REQUEST_TIMEOUT_MS, timeLeft()));
  if (left > 0) return left;
  const what = `cluster ${target.name}: the invocation has no time left for a request`;
  throw new RotationError('deadline_exceeded', what);
}

function authorization({ name, password }: ApiLogin): Record<string, string> {
  if (password === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

// Other text of a reply must not reach a message.
function parseErrorCode(seen: unknown): string | undefined {
  return typeof seen === 'string' && /^[a-z][a-z_]{2,50}$/.test(seen) ? seen : undefined;
}
