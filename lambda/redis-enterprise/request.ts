import { errorCode, RotationError } from '../errors.ts';
import { apiEndpoint, canonicalHost } from '../network/endpoint.ts';
import { sendRequest } from './http.ts';
import { nodeAddresses } from './nodes.ts';
import type { Api, ApiLogin, ApiReply, ApiRequest } from './types.ts';

/** Waits before all endpoints are tried again, half a minute in all, as a failover may take. */
export const RETRY_WAITS_MS = [500, 2_000, 5_000, 10_000, 15_000] as const;

// The node that a redirect leads to may have lost its place meanwhile, and know who has it.
const REDIRECTS_MAX = 3;

const UNAVAILABLE = [502, 503, 504];
const REDIRECTS = [307, 308];

// What says that no connection was made, so that nothing can have been done.
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/**
 * Sends a request to the first endpoint that answers. It may be sent twice, unless `isOnce`: a
 * password that is there is not added again, and one that is gone is not deleted again. Throws
 * `cluster_login_refused`, `cluster_unreachable` or `certificate_refused`.
 */
export async function request(api: Api, login: ApiLogin, sent: ApiRequest): Promise<ApiReply> {
  const { name, apiEndpoints } = api.cluster;
  for (let attempt = 0; ; attempt += 1) {
    const { reply, failure, isOver } = await tryEndpoints(api, login, sent);
    if (reply !== undefined && failure === undefined) return reply;
    const wait = isOver ? undefined : RETRY_WAITS_MS[attempt];
    if (wait === undefined || api.timeLeft() <= wait) {
      if (reply !== undefined) return reply;
      const what = `cluster ${name}: no reply from ${apiEndpoints.join(', ')}`;
      throw new RotationError('cluster_unreachable', what, { cause: failure });
    }
    // Not all at once: a cluster that comes back is not to be met by a crowd.
    await api.sleep(wait * (1 - Math.random() / 2));
  }
}

/** What came of one round; a reply beside a failure is a redirect to somebody unknown. */
type Outcome = { reply?: ApiReply; failure?: unknown; isOver?: boolean };

async function tryEndpoints(api: Api, login: ApiLogin, sent: ApiRequest): Promise<Outcome> {
  const outcome: Outcome = {};
  for (const origin of api.cluster.apiEndpoints) {
    try {
      const reply = await followRedirects(api, origin, login, sent);
      if (REDIRECTS.includes(reply.status)) {
        outcome.reply = reply;
        continue;
      }
      if (!UNAVAILABLE.includes(reply.status)) return { reply };
      const code = `HTTP ${reply.status}`;
      outcome.failure = Object.assign(new Error('unavailable'), { code });
    } catch (error) {
      if (error instanceof RotationError) throw error;
      outcome.failure = error;
    }
    const isOver = sent.isOnce === true && !NEVER_SENT.test(errorCode(outcome.failure) ?? '');
    if (isOver || api.timeLeft() <= 0) return { ...outcome, isOver: true };
  }
  return outcome;
}

/**
 * A node that is not the primary sends us there. The login goes along only to a host that the
 * configuration or the cluster itself names, under the same TLS name; other redirects are replies.
 */
async function followRedirects(
  api: Api,
  origin: string,
  login: ApiLogin,
  sent: ApiRequest,
  hops = REDIRECTS_MAX,
): Promise<ApiReply> {
  const reply = await sendRequest(api, origin, login, sent);
  const isRedirect = REDIRECTS.includes(reply.status) && hops > 0;
  if (!isRedirect || !URL.canParse(reply.location ?? '', origin)) return reply;
  const target = new URL(reply.location ?? '', origin);
  // Of another protocol there may be no host, nor even an origin.
  if (target.protocol !== 'https:') return reply;
  const { apiEndpoints, serverName = apiEndpoint(origin).host } = api.cluster;
  const hosts = [...apiEndpoints.map((one) => apiEndpoint(one).host), ...nodeAddresses(api)];
  const host = canonicalHost(apiEndpoint(target.origin).host);
  if (!hosts.map(canonicalHost).includes(host)) return reply;
  const there = { ...api, cluster: { ...api.cluster, serverName } };
  return followRedirects(there, target.origin, login, sent, hops - 1);
}
