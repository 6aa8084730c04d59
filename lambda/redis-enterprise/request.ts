import { apiEndpoint } from '../endpoint.ts';
import { codeOf, RotationError } from '../errors.ts';
import type { Api, ApiLogin, ApiReply, ApiRequest } from './api.ts';
import { exchange } from './exchange.ts';

/** Waits before all endpoints are tried again: a failover of the primary takes seconds. */
export const RETRY_WAITS_MS = [500, 2_000, 5_000] as const;

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
    const outcome = await tryEndpoints(api, login, sent);
    if ('reply' in outcome) return outcome.reply;
    const wait = outcome.isOver ? undefined : RETRY_WAITS_MS[attempt];
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
): Promise<{ reply: ApiReply } | { failure: unknown; isOver: boolean }> {
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
    const isOver = sent.isOnce === true && !NEVER_SENT.test(codeOf(failure) ?? '');
    if (isOver) return { failure, isOver };
  }
  return { failure, isOver: false };
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
  const reply = await exchange(api, origin, login, sent);
  if (!REDIRECTS.includes(reply.status) || !URL.canParse(reply.location ?? '', origin))
    return reply;
  const target = new URL(reply.location ?? '', origin);
  const hosts = [...apiEndpoints.map((one) => apiEndpoint(one).host), ...(api.nodes ?? [])];
  const isOurs = target.protocol === 'https:' && hosts.includes(apiEndpoint(target.origin).host);
  if (!isOurs) return reply;
  return exchange({ ...api, cluster: { ...api.cluster, serverName } }, target.origin, login, sent);
}
