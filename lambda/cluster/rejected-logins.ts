import { createHash } from 'node:crypto';
import { RotationError } from '../errors.ts';

/** A login to the API of a cluster. */
type Login = { cluster: string; name: string; password: string | undefined };

/** What an environment keeps about rejected logins as long as it lives. */
export type RejectionContext = {
  now: () => number;
  /** Until when a login must not be used, by the hash of the login; ms since the epoch. */
  rejectedUntil: Map<string, number>;
};

// Redis Enterprise locks an account for 30 minutes by default, and then resets the count.
const KEPT_MS = 30 * 60_000;

// Another version may have the same login. A hash, because it outlives an invocation.
function keyOf({ cluster, name, password }: Login): string {
  const text = JSON.stringify([cluster, name, password]);
  return createHash('sha256').update(text).digest('base64');
}

/** Whether a cluster rejected a login in the last 30 minutes. */
export function wasRejected(login: Login, { rejectedUntil, now }: RejectionContext): boolean {
  return (rejectedUntil.get(keyOf(login)) ?? 0) > now();
}

export function rememberRejection(login: Login, context: RejectionContext): void {
  context.rejectedUntil.set(keyOf(login), context.now() + KEPT_MS);
}

/** Forgets a rejection: the cluster may accept the login from now on. */
export function forgetRejection(login: Login, { rejectedUntil }: RejectionContext): void {
  rejectedUntil.delete(keyOf(login));
}

/** @throws `cluster_login_refused` if the cluster rejected the login in the last 30 minutes. */
export function checkNotRejected(login: Login, context: RejectionContext): void {
  if (!wasRejected(login, context)) return;
  const what = `cluster ${login.cluster} rejected this login`;
  throw new RotationError('cluster_login_refused', `${what} less than 30 minutes ago`, {
    hint: 'set the valid login in the secret, or wait: more attempts would lock the account',
  });
}
