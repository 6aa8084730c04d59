import type { Clock } from '../clock.ts';
import { RotationError } from '../errors.ts';

/** What an environment keeps of refusals for as long as it lives. */
export type RefusalEdges = Pick<Clock, 'now'> & {
  /** When versions that a cluster refused may be tried again, by cluster and VersionId. */
  refusals: Map<string, number>;
};

// As long as Redis Enterprise locks an account: by then it has forgotten what it refused.
const KEPT_MS = 30 * 60_000;

type Tried = { cluster: string; versionId: string };

const keyOf = ({ cluster, versionId }: Tried) => `${cluster} ${versionId}`;

/** Whether a cluster has refused the password of a version lately. */
export function wasRefused(tried: Tried, { refusals, now }: RefusalEdges): boolean {
  return (refusals.get(keyOf(tried)) ?? 0) > now();
}

export function rememberRefusal(tried: Tried, { refusals, now }: RefusalEdges): void {
  refusals.set(keyOf(tried), now() + KEPT_MS);
}

/** What was refused may be accepted from now on. */
export function forgetRefusal(tried: Tried, { refusals }: RefusalEdges): void {
  refusals.delete(keyOf(tried));
}

/** Calls a cluster's API with the password of a version, unless it has refused that lately. */
export async function unlessRefused<T>(
  tried: Tried,
  edges: RefusalEdges,
  call: () => Promise<T>,
): Promise<T> {
  if (wasRefused(tried, edges)) {
    const what = `cluster ${tried.cluster} refused this version of the login's secret`;
    throw new RotationError('cluster_login_refused', `${what} less than 30 minutes ago`, {
      hint: 'put the working login into the secret, or wait: more tries would lock the account',
    });
  }
  try {
    return await call();
  } catch (error) {
    if (error instanceof RotationError && error.code === 'cluster_login_refused') {
      rememberRefusal(tried, edges);
    }
    throw error;
  }
}
