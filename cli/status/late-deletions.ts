import { HOUR_MS } from '../../lambda/clock.ts';
import type { Version } from '../../lambda/secret/labels.ts';
import { isExpired } from '../../lambda/secret/ledger.ts';
import type { FoundSecret } from '../aws/find-secret.ts';
import type { Seen } from './problem.ts';

// reconcile runs every hour: after two hours, it missed a run.
export const RECONCILE_LATE_MS = 2 * HOUR_MS;

/** Returns the versions whose passwords reconcile should have deleted by now. */
export function notDeleted({ versions }: FoundSecret, { now }: Seen): Version[] {
  return versions.filter((one) => isExpired(one, (now - RECONCILE_LATE_MS) / 1_000));
}
