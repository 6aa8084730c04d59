import { isIP } from 'node:net';
import { Client } from 'undici';
import { certificateRefusal } from '../certificate.ts';
import type { Cluster } from '../cluster.ts';
import type { Edges } from '../edges.ts';
import { apiEndpoint } from '../endpoint.ts';
import { RotationError } from '../errors.ts';
import { type JsonObject, parseList, parseObject } from '../json.ts';
import type { Generation } from './generation.ts';

/** The REST API of one cluster, within one invocation. */
export type Api = Pick<Edges, 'sleep' | 'hasTime' | 'refusedLogins'> & {
  cluster: Cluster;
  /** What the cluster's requests look like; absent: not known. */
  generation?: Generation | undefined;
  /** A password that the user has, which generation A asks for. */
  knownPassword?: string | undefined;
  /** The addresses of the cluster's nodes, to which it may send us. */
  nodes?: readonly string[] | undefined;
};

/** HTTP Basic credentials: an email, or a name without a colon. */
export type ApiLogin = { name: string; password: string };

type ApiRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: Record<string, string | number>;
};

/** What is kept of a reply: `error_code`, and the fields of a JSON object or a list's items. */
export type ApiReply = {
  status: number;
  errorCode: string | undefined;
  fields: JsonObject;
  list: unknown[];
  /** Where a redirect leads to. */
  location: string | undefined;
};

// An envoy in the same region connects in milliseconds; a dropped packet is sent again after 1 s.
const CONNECT_TIMEOUT_MS = 5_000;
// A change of users goes through the cluster's configuration store, which may be electing.
const REPLY_TIMEOUT_MS = 15_000;
// The replies to changes have a few hundred bytes; a list of 32,000 users, a cluster's most, 10 MB.
const REPLY_MAX_BYTES = 65_536;
const LIST_MAX_BYTES = 16 * 2 ** 20;
// Waits before all endpoints are tried again: a failover of the primary takes seconds.
const RETRY_WAITS_MS = [500, 2_000, 5_000] as const;

const UNAVAILABLE = [502, 503, 504];
const REDIRECTS = [307, 308];

/**
 * Sends a request to the first endpoint that answers. Every request here may be sent twice: a
 * password that is there is not added again, and one that is gone is not deleted again. Throws
 * `cluster_login_refused`, `cluster_unreachable` or `certificate_refused`.
 */
export async function request(api: Api, login: ApiLogin, sent: ApiRequest): Promise<ApiReply> {
  const { name, apiEndpoints } = api.cluster;
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await tryEndpoints(api, login, sent);
    if ('reply' in outcome) return outcome.reply;
    const wait = RETRY_WAITS_MS[attempt];
    if (wait === undefined || !api.hasTime(wait)) {
      const what = `cluster ${name}: no reply from ${apiEndpoints.join(', ')}`;
      throw new RotationError('cluster_unreachable', what, { cause: outcome.failure });
    }
    // Not all at once: a cluster that comes back is not to be met by a crowd.
    await api.sleep(wait * (1 - Math.random() / 2));
  }
}

async function tryEndpoints(
  api: Api,
  login: ApiLogin,
  sent: ApiRequest,
): Promise<{ reply: ApiReply } | { failure: unknown }> {
  let failure: unknown;
  for (const origin of api.cluster.apiEndpoints) {
    try {
      const reply = await follow(api, origin, login, sent);
      if (!UNAVAILABLE.includes(reply.status)) return { reply };
      failure = Object.assign(new Error('unavailable'), { code: `HTTP ${reply.status}` });
    } catch (error) {
      if (error instanceof RotationError) throw error;
      failure = error;
    }
  }
  return { failure };
}

/**
 * A node that is not the primary sends us there. The login goes along only to a host that the
 * configuration or the cluster itself names, under the same TLS name; other redirects are replies.
 */
async function follow(
  api: Api,
  origin: string,
  login: ApiLogin,
  sent: ApiRequest,
): Promise<ApiReply> {
  const { apiEndpoints, serverName = apiEndpoint(origin).host } = api.cluster;
  const reply = await once(api, origin, login, sent);
  if (!REDIRECTS.includes(reply.status) || !URL.canParse(reply.location ?? '', origin))
    return reply;
  const target = new URL(reply.location ?? '', origin);
  const hosts = [...apiEndpoints.map((one) => apiEndpoint(one).host), ...(api.nodes ?? [])];
  const isOurs = target.protocol === 'https:' && hosts.includes(apiEndpoint(target.origin).host);
  if (!isOurs) return reply;
  return once({ ...api, cluster: { ...api.cluster, serverName } }, target.origin, login, sent);
}

async function once(
  { cluster, refusedLogins }: Api,
  origin: string,
  login: ApiLogin,
  { method, path, body }: ApiRequest,
): Promise<ApiReply> {
  // Five refused logins in 15 minutes lock an account, so that one an invocation is all it gets.
  const key = `${cluster.name} ${login.name}`;
  if (refusedLogins.has(key)) throw loginRefused(cluster, 'before, so it is not tried again');
  // An IP address is no TLS name; certificates of Redis Enterprise have none of them.
  const serverName = isIP(cluster.serverName ?? '') === 0 ? cluster.serverName : undefined;
  const client = new Client(origin, {
    connect: {
      timeout: CONNECT_TIMEOUT_MS,
      minVersion: 'TLSv1.2',
      ...(cluster.caCertificate && { ca: cluster.caCertificate }),
      ...(serverName && { servername: serverName }),
    },
    headersTimeout: REPLY_TIMEOUT_MS,
    bodyTimeout: REPLY_TIMEOUT_MS,
    maxResponseSize: method === 'GET' ? LIST_MAX_BYTES : REPLY_MAX_BYTES,
  });
  try {
    const reply = await client.request({
      method,
      path,
      headers: { authorization: basic(login), 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      // Idle connections were seen to overload the API's proxy.
      reset: true,
    });
    const text = await reply.body.text();
    const fields = parseObject(text) ?? {};
    if (reply.statusCode === 401) refusedLogins.add(key);
    const { statusCode: status } = reply;
    const { location } = reply.headers;
    return {
      status,
      errorCode: errorCode(fields.error_code),
      fields,
      list: parseList(text),
      location: typeof location === 'string' ? location : undefined,
    };
  } catch (error) {
    throw certificateRefusal(`cluster ${cluster.name} at ${origin}`, error) ?? error;
  } finally {
    await client.destroy();
  }
}

function basic({ name, password }: ApiLogin): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

// Only what looks like one of Redis Enterprise's codes: a reply's text goes nowhere.
function errorCode(seen: unknown): string | undefined {
  return typeof seen === 'string' && /^[a-z][a-z_]{2,50}$/.test(seen) ? seen : undefined;
}

export function loginRefused(cluster: Cluster, how: string): RotationError {
  const what = `cluster ${cluster.name} refused the login ${how}`;
  return new RotationError('cluster_login_refused', what);
}
