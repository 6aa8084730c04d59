import { createHash } from 'node:crypto';
import type { RejectionReply } from '../redis-enterprise/types.ts';

/** A login to the API of a cluster. */
type Login = { cluster: string; name: string; password: string | undefined };

/** What an environment keeps about rejected logins as long as it lives. */
export type RejectionContext = {
  now: () => number;
  /** By the hash of the login, which must not be used until `until`; ms since the epoch. */
  rejections: Map<string, { reply: RejectionReply; until: number }>;
};

// Redis Enterprise locks an account for 30 minutes by default, and then resets the count.
const KEPT_MS = 30 * 60_000;

// Another version may have the same login. A hash, because it outlives an invocation.
function keyOf({ cluster, name, password }: Login): string {
  const text = JSON.stringify([cluster, name, password]);
  return createHash('sha256').update(text).digest('base64');
}

/** Returns the reply with which a cluster rejected a login in the last 30 minutes. */
export function recentRejection(
  login: Login,
  { rejections, now }: RejectionContext,
): RejectionReply | undefined {
  const rejection = rejections.get(keyOf(login));
  return rejection !== undefined && rejection.until > now() ? rejection.reply : undefined;
}

/** Whether a cluster rejected a login in the last 30 minutes. */
export function wasRejected(login: Login, context: RejectionContext): boolean {
  return recentRejection(login, context) !== undefined;
}

export function rememberRejection(
  login: Login,
  reply: RejectionReply,
  { rejections, now }: RejectionContext,
): void {
  rejections.set(keyOf(login), { reply, until: now() + KEPT_MS });
}

/** Forgets a rejection: the cluster may accept the login from now on. */
export function forgetRejection(login: Login, { rejections }: RejectionContext): void {
  rejections.delete(keyOf(login));
}
