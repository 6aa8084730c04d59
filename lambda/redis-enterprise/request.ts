import { retry } from '../clock.ts';
import { codedError, RotationError } from '../errors.ts';
import { apiEndpoint, canonicalHost } from '../network/endpoint.ts';
import { NotSentError, sendRequest } from './http.ts';
import { nodeAddresses } from './nodes.ts';
import type { ApiReply, ApiRequest, Session } from './types.ts';

/** Waits before the endpoints are tried again: half a minute in total, as a failover may take. */
const FAILOVER_WAITS_MS = [500, 2_000, 5_000, 10_000, 15_000] as const;

// The node that a redirect names may no longer be the primary, and redirect again.
const REDIRECTS_MAX = 3;

const UNAVAILABLE = [502, 503, 504];
const REDIRECTS = [307, 308];

/** The result of one endpoint. */
type Result =
  | { kind: 'reply'; reply: ApiReply }
  /** A redirect to a host that the cluster does not list. */
  | { kind: 'redirected'; reply: ApiReply }
  | { kind: 'unavailable'; cause: unknown }
  /** The cluster may have run a request that must not run twice, or no time is left. */
  | { kind: 'stop'; cause: unknown };

/** The result of the endpoints that were tried: the reply to return if nothing better follows. */
type Round = { tried: string[]; kind: 'final' | 'retry'; reply?: ApiReply; cause?: unknown };

/**
 * Sends a request to the first endpoint that answers. Retries are safe, because to add or delete a
 * password twice has the effect of once; `isOnce` disables them.
 * @throws `cluster_login_refused`, `cluster_unreachable`, `certificate_refused` or
 * `deadline_exceeded`.
 */
export async function request(session: Session, sent: ApiRequest): Promise<ApiReply> {
  const { target, timeLeft } = session;
  // With jitter: the requests of many rotations must not arrive together when a cluster recovers.
  const sleep = (wait: number) => session.sleep(wait * (1 - Math.random() / 2));
  const attempt = () => tryEndpoints(session, sent);
  const isFinal = ({ kind }: Round) => kind === 'final';
  const round = await retry(FAILOVER_WAITS_MS, { sleep, timeLeft }, attempt, isFinal);
  if (round.reply !== undefined) return round.reply;
  const what = `cluster ${target.name}: no reply from ${round.tried.join(', ')}`;
  throw new RotationError('cluster_unreachable', what, { cause: round.cause });
}

async function tryEndpoints(session: Session, sent: ApiRequest): Promise<Round> {
  const round: Round = { tried: [], kind: 'final' };
  for (const origin of session.target.apiEndpoints) {
    round.tried.push(origin);
    const result = await tryEndpoint(session, origin, sent);
    switch (result.kind) {
      case 'reply':
        return { ...round, kind: 'final', reply: result.reply };
      case 'stop':
        return { ...round, kind: 'final', cause: result.cause };
      case 'redirected':
        round.reply = result.reply;
        break;
      case 'unavailable':
        round.kind = 'retry';
        round.cause = result.cause;
    }
  }
  return round;
}

async function tryEndpoint(session: Session, origin: string, sent: ApiRequest): Promise<Result> {
  let cause: unknown;
  let isSent = true;
  try {
    const reply = await followRedirects(session, origin, sent);
    if (REDIRECTS.includes(reply.status)) return { kind: 'redirected', reply };
    if (!UNAVAILABLE.includes(reply.status)) return { kind: 'reply', reply };
    cause = codedError(`HTTP ${reply.status}`);
  } catch (error) {
    if (error instanceof RotationError) throw error;
    isSent = !(error instanceof NotSentError);
    cause = error instanceof NotSentError ? error.cause : error;
  }
  const mayHaveRun = sent.isOnce === true && isSent;
  return { kind: mayHaveRun || session.timeLeft() <= 0 ? 'stop' : 'unavailable', cause };
}

/**
 * Follows the redirect of a node that is not the primary. Sends the login only to a host that the
 * configuration or the cluster itself lists, under the same TLS name. Returns other redirects.
 */
async function followRedirects(
  session: Session,
  origin: string,
  sent: ApiRequest,
  redirectsLeft = REDIRECTS_MAX,
): Promise<ApiReply> {
  const reply = await sendRequest(session, origin, sent);
  const isRedirect = REDIRECTS.includes(reply.status) && redirectsLeft > 0;
  if (!isRedirect || !URL.canParse(reply.location ?? '', origin)) return reply;
  const to = new URL(reply.location ?? '', origin);
  // A URL of another protocol may have no host and no origin.
  if (to.protocol !== 'https:') return reply;
  const { apiEndpoints, serverName = apiEndpoint(origin).host } = session.target;
  const hosts = [...apiEndpoints.map((one) => apiEndpoint(one).host), ...nodeAddresses(session)];
  const host = canonicalHost(apiEndpoint(to.origin).host);
  if (!hosts.map(canonicalHost).includes(host)) return reply;
  const there = { ...session, target: { ...session.target, serverName } };
  return followRedirects(there, to.origin, sent, redirectsLeft - 1);
}
