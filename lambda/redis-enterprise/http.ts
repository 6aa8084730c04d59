import { RotationError } from '../errors.ts';
import { parseList, parseObject } from '../json.ts';
import { tlsOptions, toCertificateError } from '../network/trust.ts';
import { type Api, type ApiLogin, type ApiReply, type ApiRequest, loginRefused } from './types.ts';

// An envoy in the same region connects in milliseconds; a dropped packet is sent again after 1 s.
const CONNECT_TIMEOUT_MS = 5_000;
// A change of users goes through the cluster's configuration store, which may be electing. From
// first to last: a body that trickles must not outlast the step.
const EXCHANGE_TIMEOUT_MS = 15_000;
// A hundred nodes have a few hundred thousand bytes; 32,000 users, a cluster's most, 10 million.
const REPLY_MAX_BYTES = 65_536;
const READ_MAX_BYTES = 2 ** 20;
const USERS_MAX_BYTES = 16 * READ_MAX_BYTES;

/** One request to one endpoint, and its reply. */
export async function sendRequest(
  api: Api,
  origin: string,
  login: ApiLogin,
  { method, path, body }: ApiRequest,
): Promise<ApiReply> {
  const { cluster, refusedLogins } = api;
  // Five refused logins in 15 minutes lock an account, so that one an invocation is all it gets.
  const key = `${cluster.name} ${login.name}`;
  if (refusedLogins.has(key)) throw loginRefused(api, 'before, so it is not tried again');
  const { Client } = await import('undici');
  const time = requireTime(api);
  const readMax = path === '/v1/users' ? USERS_MAX_BYTES : READ_MAX_BYTES;
  const client = new Client(origin, {
    allowH2: false,
    connect: { timeout: CONNECT_TIMEOUT_MS, ...tlsOptions(cluster) },
    maxResponseSize: method === 'GET' ? readMax : REPLY_MAX_BYTES,
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
    const { statusCode: status, headers } = reply;
    if (status === 401) refusedLogins.add(key);
    const text = await reply.body.text();
    const fields = parseObject(text) ?? {};
    const location = typeof headers.location === 'string' ? headers.location : undefined;
    const code = errorCode(fields.error_code);
    return { status, errorCode: code, fields, list: parseList(text), location };
  } catch (error) {
    throw toCertificateError(`cluster ${cluster.name} at ${origin}`, error) ?? error;
  } finally {
    await client.destroy();
  }
}

/** The time that a request may take, in milliseconds; without any it must not be sent. */
function requireTime({ cluster, timeLeft }: Api): number {
  const left = Math.floor(Math.min(EXCHANGE_TIMEOUT_MS, timeLeft()));
  if (left > 0) return left;
  const what = `cluster ${cluster.name}: the invocation has no time left for a request`;
  throw new RotationError('deadline_exceeded', what);
}

function authorization({ name, password }: ApiLogin): Record<string, string> {
  if (password === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

// Only what looks like one of Redis Enterprise's codes: a reply's text goes nowhere.
function errorCode(seen: unknown): string | undefined {
  return typeof seen === 'string' && /^[a-z][a-z_]{2,50}$/.test(seen) ? seen : undefined;
}
