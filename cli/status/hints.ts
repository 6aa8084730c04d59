import type { FoundSecret } from '../aws/find-secret.ts';
import { notDeleted } from './late-deletions.ts';
import type { Seen } from './problem.ts';

/** Says how to find out why a secret does not rotate. */
export function rotationHint({ isLogRead }: Seen): string {
  return isLogRead ? 'run preflight on it' : 'run preflight on it, and status --errors';
}

/** Says how to find out why reconcile did not do its work. */
export function reconcileHint({ isLogRead, error, failedReplace }: Seen): string {
  if (!isLogRead) return 'run status --errors, and check the schedule of reconcile';
  if ((error ?? failedReplace) === undefined) return 'check the schedule of reconcile';
  return 'fix its last error, then wait for the next reconcile';
}

/** Says what to do about labels. A deletion that failed is the cause, and frees labels. */
export function labelsHint(secret: FoundSecret, seen: Seen, otherwise: string): string {
  if (notDeleted(secret, seen).length === 0) return otherwise;
  return 'fix the deletion of the expired passwords first: it removes their labels';
}
