import type { Clock } from '../clock.ts';
import { toApiError } from './passwords.ts';
import { request } from './request.ts';
import { type Api, type ApiLogin, type ApiReply, readKey } from './types.ts';

type Cache = Pick<Api, 'reads'> & Pick<Clock, 'now'>;

// An upgrade of a node takes longer; a thousand rotations do not ask each time.
const CACHED_MS = 5 * 60_000;

/** What a cluster answered within the last five minutes. */
export function getCached(
  { cluster }: Pick<Api, 'cluster'>,
  path: string,
  { reads, now }: Cache,
): ApiReply | undefined {
  const cached = reads.get(readKey({ cluster }, path));
  return cached !== undefined && cached.until > now() ? cached.reply : undefined;
}

/**
 * Reads from a cluster's API, once in five minutes whoever asks: what one login may not read,
 * another may. `isFresh`: what was read before does not count. Throws `cluster_login_refused`; any
 * other reply is the caller's to judge.
 */
export async function cached(
  api: Api,
  login: ApiLogin,
  path: string,
  { reads, now }: Cache,
  isFresh = false,
): Promise<ApiReply> {
  const known = isFresh ? undefined : getCached(api, path, { reads, now });
  if (known !== undefined) return known;
  const reply = await request(api, login, { method: 'GET', path });
  if (reply.status === 401) throw toApiError(api, `GET ${path}`, reply);
  const says = reply.list.length + Object.keys(reply.fields).length;
  if (reply.status === 200 && says > 0)
    reads.set(readKey(api, path), { reply, until: now() + CACHED_MS });
  return reply;
}
