import { toApiError } from './api-error.ts';
import { cacheReply, getCached } from './cache.ts';
import { request } from './request.ts';
import type { ApiReply, Session } from './types.ts';

/**
 * Reads a path, or returns the reply to any login in the last five minutes. `isFresh` ignores the
 * cache. Returns replies other than 200 too. @throws `cluster_login_refused` and what `request`
 * throws.
 */
export async function cachedRead(
  session: Session,
  path: string,
  { isFresh = false } = {},
): Promise<ApiReply> {
  const known = isFresh ? undefined : getCached(session.target, path, session);
  if (known !== undefined) return known;
  const reply = await request(session, { method: 'GET', path });
  if (reply.status === 401) throw toApiError(session, `GET ${path}`, reply);
  cacheReply(session.target, path, reply, session);
  return reply;
}
