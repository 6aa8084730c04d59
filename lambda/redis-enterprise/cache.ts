import type { ApiContext, ApiReply, ApiTarget } from './types.ts';

// A node upgrade takes longer than this. Many rotations in a row read each path once.
const CACHED_MS = 5 * 60_000;

type CacheContext = Pick<ApiContext, 'replies' | 'now'>;

// If the endpoints change, the name may mean another cluster.
function keyOf({ name, apiEndpoints }: ApiTarget, path: string): string {
  return `${name} ${apiEndpoints} ${path}`;
}

/** Returns the reply of a cluster to a read in the last five minutes. */
export function getCached(
  target: ApiTarget,
  path: string,
  { replies, now }: CacheContext,
): ApiReply | undefined {
  const found = replies.get(keyOf(target, path));
  return found !== undefined && found.until > now() ? found.reply : undefined;
}

/** Returns the last reply of a cluster to a read, however old it is. */
export function getLast(
  target: ApiTarget,
  path: string,
  { replies }: Pick<CacheContext, 'replies'>,
): ApiReply | undefined {
  return replies.get(keyOf(target, path))?.reply;
}

/** Keeps a reply for five minutes, unless it is a failure or empty. */
export function cacheReply(
  target: ApiTarget,
  path: string,
  reply: ApiReply,
  { replies, now }: CacheContext,
): void {
  const isEmpty = reply.list.length + Object.keys(reply.fields).length === 0;
  if (reply.status !== 200 || isEmpty) return;
  replies.set(keyOf(target, path), { reply, until: now() + CACHED_MS });
}
